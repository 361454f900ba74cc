package dashboard

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

func deployments() board {
	return board{
		uid: DeploymentsUID, title: "MLOps deployments", topic: "deployments",
		description: "What the tenants run: replicas, autoscalers, versions of images and models, how each version serves, and whether its answers drift.",
		variables:   []variable{clusters(), chooseTenant(), chooseNamespace()},
		sections: []section{
			{panels: deploymentNumbers()},
			{"Replicas", replicaPanels()},
			{"Versions", versionPanels()},
			{"Serving by model version", servingPanels()},
			{"Answers of the models", answerPanels()},
		},
	}
}

const (
	byDeployment = byNamespace + ", deployment"
	byModel      = byNamespace + ", " + metrics.LabelVersion
)

// chosen is a metric of the chosen namespaces, by labels.
func chosen(by, metric string) string { return top(by, series(metric, chosenNamespace)) }

// shown is what a panel shows of each tenant, by labels. Lines of two clusters
// that are otherwise the same become one, the greater.
func shown(by, expr string) string { return top(metrics.LabelTenant+", "+by, ofTenants(expr)) }

func deployment(metric string) string { return chosen(byDeployment, "kube_deployment_"+metric) }

// rollouts is 1 for every deployment of a tenant whose pods are not all of its
// latest version yet, and 0 for the others.
func rollouts() string {
	return fmt.Sprintf("clamp_max((%s > bool %s) + (%s > bool %s), 1)",
		deployment("spec_replicas"), deployment("status_replicas_updated"),
		deployment("status_replicas"), deployment("status_replicas_updated"))
}

// byVersion adds the version of the model that a process has loaded.
func byVersion(expr string) string {
	const process = byNamespace + ", instance"
	return fmt.Sprintf("sum by (%[1]s) (%[2]s) * on (%[1]s) group_left (version) %[3]s",
		process, expr, chosen(process+", "+metrics.LabelVersion, metrics.ModelInfo))
}

func deploymentNumbers() []panel {
	loaded := chosen(byNamespace+", instance", metrics.ModelLoaded)
	return []panel{
		figure("Deployments", "Deployments of the chosen tenants.", fmt.Sprintf("count(%s)", deployment("spec_replicas"))),
		figure("Rolling out", "Deployments whose pods are not all of the latest version.", sum("", rollouts())),
		figure("Replicas missing", "Replicas that are wanted and do not serve.",
			sum("", fmt.Sprintf("clamp_min(%s - %s, 0)", deployment("spec_replicas"), deployment("status_replicas_available")))).limits(1, 3),
		figure("At their maximum", "Autoscalers that cannot add another replica.", sum("", fmt.Sprintf("%s >= bool %s",
			autoscaler("status_current_replicas"), autoscaler("spec_max_replicas")))).limits(1, 3),
		figure("Models not loaded", "Processes that run without a model.", fmt.Sprintf("sum(%s == bool 0)", loaded)).limits(0, 1),
		figure("Requests in flight", "Requests that are being answered.", sum("", chosen(byNamespace+", instance", metrics.RequestsInFlight))),
	}
}

func autoscaler(metric string) string {
	return chosen(byNamespace+", horizontalpodautoscaler", "kube_horizontalpodautoscaler_"+metric)
}

func replicaPanels() []panel {
	of := func(metric, what string) query {
		return query{expr: shown("namespace, deployment", deployment(metric)), legend: "{{namespace}}/{{deployment}} " + what}
	}
	scaled := func(metric, what string) query {
		return query{expr: shown("namespace, horizontalpodautoscaler", autoscaler(metric)), legend: "{{namespace}}/{{horizontalpodautoscaler}} " + what}
	}
	return []panel{
		{
			title: "Replicas", unit: unitCount,
			description: "Replicas of every deployment: wanted, serving, and of the latest version.",
			queries: []query{
				of("spec_replicas", "desired"), of("status_replicas_available", "available"), of("status_replicas_updated", "updated"),
			},
		},
		{
			title: "Autoscalers", unit: unitCount,
			description: "Replicas an autoscaler has and wants, and the limits it keeps. An alert comes after 15 minutes at the maximum.",
			queries: []query{
				scaled("status_current_replicas", "current"), scaled("status_desired_replicas", "desired"),
				scaled("spec_min_replicas", "min"), scaled("spec_max_replicas", "max"),
			},
		},
		{
			title: "Rollouts in progress", unit: unitCount,
			description: "1 while the pods of a deployment are not all of its latest version.",
			queries:     []query{{expr: shown("namespace, deployment", rollouts()), legend: "{{namespace}}/{{deployment}}"}},
		},
		{
			title: "Restarts", unit: unitCount, warn: 1, fail: 3,
			description: "Restarts of containers within 10 minutes, by pod. The alert is at more than 3.",
			queries:     []query{{expr: shown("namespace, pod", restarts(chosenNamespace)), legend: "{{namespace}}/{{pod}}"}},
		},
	}
}

func versionPanels() []panel {
	age := func(metric string) string { return fmt.Sprintf("time() - %s", chosen(byNamespace, metric)) }
	images := fmt.Sprintf("count by (cluster, namespace, container, image) (%s and on (%s) %s)",
		chosen(byPod+", container, image", "kube_pod_container_info"), byPod, phase("Running"))
	return []panel{
		{
			kind: grid, title: "Images", unit: unitCount,
			description: "Images of running pods. Two for one container are a rollout.",
			labels:      []column{{metrics.LabelTenant, "Tenant"}, {"namespace", "Namespace"}, {"container", "Container"}, {"image", "Image"}},
			queries:     []query{{expr: shown("namespace, container, image", images), legend: "Pods"}},
		},
		{
			kind: grid, title: "Models", unit: unitCount,
			description: "Versions of models that processes have loaded.",
			labels:      []column{{metrics.LabelTenant, "Tenant"}, {"namespace", "Namespace"}, {metrics.LabelVersion, "Version"}},
			queries: []query{{
				expr: shown("namespace, version", fmt.Sprintf("count by (cluster, namespace, version) (%s)",
					chosen(byNamespace+", instance, version", metrics.ModelInfo))),
				legend: "Processes",
			}},
		},
		{
			title: "Age of the model", unit: unitSeconds, warn: 14 * 24 * 3600, fail: 30 * 24 * 3600,
			description: "Time since the model in use was trained, by namespace. Orange after two weeks, red after 30 days.",
			queries:     []query{{expr: shown("namespace", age(metrics.ModelTrained)), legend: "{{namespace}}"}},
		},
		{
			title: "Time since the last load", unit: unitSeconds,
			description: "Time since any process of a namespace loaded its model. It falls to zero when a new model arrives.",
			queries:     []query{{expr: shown("namespace", age(metrics.ModelLoadedAt)), legend: "{{namespace}}"}},
		},
	}
}

func servingPanels() []panel {
	const legend = "{{namespace}} {{version}}"
	total := sum(byModel, byVersion(rate(metrics.RequestsTotal, chosenNamespace)))
	// Multiplied by zero, all requests give the versions without errors their zero.
	failed := sum(byModel, byVersion(fmt.Sprintf("%s or %s * 0",
		rate(metrics.RequestsTotal, chosenNamespace, metrics.LabelCode+`=~"5.."`), rate(metrics.RequestsTotal, chosenNamespace))))
	failures := fmt.Sprintf("increase(%s[10m])", series(metrics.ModelLoadFailures, chosenNamespace))
	return []panel{
		{
			title: "Request rate", unit: unitRequests, width: 8,
			description: "Finished requests per second, by the version of the model.",
			queries:     []query{{expr: shown("namespace, version", total), legend: legend}},
		},
		{
			title: "Error ratio", unit: unitShare, width: 8, warn: 0.01, fail: 0.05,
			description: "Share of requests answered with a server error, by the version of the model. The alert is at 5%.",
			queries:     []query{{expr: shown("namespace, version", fmt.Sprintf("%s / %s", failed, total)), legend: legend}},
		},
		{
			title: "Failed loads", unit: unitCount, width: 8, fail: 1,
			description: "Models that could not be fetched or were refused within 10 minutes. The model before stays in use.",
			queries:     []query{{expr: shown("namespace", sum(byNamespace, failures)), legend: "{{namespace}}"}},
		},
	}
}

// shares is how often a model answered with each class, as a share of all
// answers within the window.
func shares(window string) string {
	answers := fmt.Sprintf("increase(%s[%s])", series(metrics.Predictions, chosenNamespace), window)
	return fmt.Sprintf("%s / on (cluster, namespace) group_left () %s", sum(byNamespace+", "+metrics.LabelClass, answers), sum(byNamespace, answers))
}

func answerPanels() []panel {
	confidence := func(suffix string) string { return rate(metrics.PredictionConfidence+suffix, chosenNamespace) }
	return []panel{
		{
			kind: stacked, title: "Predictions by class", unit: unitPerS,
			description: "Answers per second, by class.",
			queries: []query{{
				expr: shown("namespace, class", sum(byNamespace+", class", rate(metrics.Predictions, chosenNamespace))), legend: "{{namespace}} {{class}}",
			}},
		},
		{
			title: "Share of each class", unit: unitShare,
			description: "How often a model answers with a class, over an hour.",
			queries:     []query{{expr: shown("namespace, class", shares("1h")), legend: "{{namespace}} {{class}}"}},
		},
		{
			title: "Confidence", unit: unitShare,
			description: "Probability a model gives its answers: the mean, and the 10% it is least sure of. Falling means inputs unlike those it learned from.",
			queries: []query{
				{expr: shown("namespace", fmt.Sprintf("%s / %s", sum(byNamespace, confidence("_sum")), sum(byNamespace, confidence("_count")))), legend: "{{namespace}} mean"},
				{expr: shown("namespace", fmt.Sprintf("histogram_quantile(0.1, %s)", sum(byNamespace+", le", confidence("_bucket")))), legend: "{{namespace}} p10"},
			},
		},
		{
			title: "Drift of the answers", unit: unitShare, warn: 0.1, fail: 0.25,
			description: "Half the sum of the differences between the shares of the classes in the last hour and in the last day: 0 when they are the same, 100% when no class is in both.",
			queries: []query{{
				expr: shown("namespace", sum(byNamespace, fmt.Sprintf("abs((%s) - (%s))", shares("1h"), shares("1d")))+" / 2"), legend: "{{namespace}}",
			}},
		},
	}
}
