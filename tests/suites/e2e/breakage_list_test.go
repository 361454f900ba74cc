package e2e_test

import (
	"context"
	"maps"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// breakages are what TestBreakages tries.
func breakages() []breakage {
	return append(append(serverBreakages(), wallBreakages()...), clusterBreakages()...)
}

// serverBreakages are in what the servers of tenant-a run.
func serverBreakages() []breakage {
	return []breakage{
		{"the command does not exist", []string{"workloads"}, container(field{"args", []any{"serv"}})},
		{"there is no model, and no seed", []string{"workloads"}, environment("MODEL_SEED", "false", "MODEL_URI", "s3://models/tenants/tenant-a/nothing")},
		{"the readiness probe asks a wrong path", []string{"workloads"}, container(field{"readinessProbe", map[string]any{
			"httpGet": map[string]any{"path": "/reddy", "port": "http"},
		}})},
		{"the image is missing", []string{"workloads"}, container(field{"image", "mlops.local/inference:missing"})},
		// Pods that are tried in the place of the server are refused, too.
		{"the user is root", []string{"inside", "stores", "workloads"}, template("securityContext", map[string]any{"runAsUser": int64(0), "runAsNonRoot": false})},
		{"the user is another one", []string{"inside"}, template("securityContext", map[string]any{"runAsUser": int64(1000)})},
		{"the root file system can be written", []string{"inside"}, security("readOnlyRootFilesystem", false)},
		{"the log leaves requests out", []string{"logs"}, environment("LOG_LEVEL", "error")},
	}
}

// wallBreakages are in what keeps tenants apart.
func wallBreakages() []breakage {
	return []breakage{
		{"the policies of a tenant are gone", []string{"isolation"}, gone(networkPolicies, "tenant-b")},
		{"a policy opens both tenants", []string{"isolation"}, together(made(opening("tenant-a")), made(opening("tenant-b")))},
		{"the account of a tenant is an administrator of its namespace", []string{"rbac"}, made(object{
			roleBindings, "tenant-a", "e2e", map[string]any{
				"roleRef":  map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
				"subjects": []any{map[string]any{"kind": "ServiceAccount", "name": "workload", "namespace": "tenant-a"}},
			},
		})},
		{"Pod Security is not enforced", []string{"admission"}, edited(object{namespaces, "", "tenant-b", nil}, func(namespace map[string]any) {
			set(namespace, "privileged", "metadata", "labels", "pod-security.kubernetes.io/enforce")
		})},
		{"the quota has more than defined", []string{"quota"}, edited(object{quotas, "tenant-b", "tenant", nil}, func(quota map[string]any) {
			set(quota, "100", "spec", "hard", "requests.cpu")
			set(quota, "100", "spec", "hard", "limits.cpu")
		})},
		{"anybody reads the raw data", []string{"stores"}, publicBucket},
	}
}

// clusterBreakages are in what serves, scales and is moved.
func clusterBreakages() []breakage {
	return []breakage{
		{"the Service has a wrong port", []string{"names", "predictions"}, edited(object{services, "tenant-a", "inference", nil}, func(service map[string]any) {
			first(service, "spec", "ports")["targetPort"] = int64(9999)
		})},
		{"the autoscaler has a wrong target", []string{"autoscaler"}, edited(object{autoscalers, "tenant-a", "inference", nil}, func(scaler map[string]any) {
			set(scaler, "inferense", "spec", "scaleTargetRef", "name")
		})},
		{"the budget for drains is gone", []string{"budget"}, gone(budgets, "tenant-a")},
		{"a node is closed", []string{"nodes"}, edited(object{nodeObjects, "", "node-2", nil}, func(node map[string]any) {
			set(node, true, "spec", "unschedulable")
		})},
	}
}

// Kinds that are broken.
var (
	deployments     = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	networkPolicies = schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"}
	roleBindings    = schema.GroupVersionResource{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"}
	autoscalers     = schema.GroupVersionResource{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"}
	budgets         = schema.GroupVersionResource{Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"}
	namespaces      = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	nodeObjects     = schema.GroupVersionResource{Version: "v1", Resource: "nodes"}
	quotas          = schema.GroupVersionResource{Version: "v1", Resource: "resourcequotas"}
	services        = schema.GroupVersionResource{Version: "v1", Resource: "services"}
)

// opening is a policy that lets everything in and out.
func opening(tenant string) object {
	return object{networkPolicies, tenant, "e2e", map[string]any{"spec": map[string]any{
		"podSelector": map[string]any{}, "policyTypes": []any{"Ingress", "Egress"}, "ingress": []any{map[string]any{}}, "egress": []any{map[string]any{}},
	}}}
}

// server is the Deployment of tenant-a.
func server() object { return object{deployments, "tenant-a", "inference", nil} }

// field is one of a container.
type field struct {
	name  string
	value any
}

// container changes fields of tenant-a's server.
func container(fields ...field) cause {
	return edited(server(), func(deployment map[string]any) {
		for _, f := range fields {
			first(deployment, "spec", "template", "spec", "containers")[f.name] = f.value
		}
	})
}

// template changes a part of the pods of tenant-a's server.
func template(part string, changes map[string]any) cause {
	return edited(server(), func(deployment map[string]any) {
		maps.Copy(inner(deployment, "spec", "template", "spec", part), changes)
	})
}

// security changes what the container of tenant-a's server may do.
func security(name string, value any) cause {
	return edited(server(), func(deployment map[string]any) {
		inner(first(deployment, "spec", "template", "spec", "containers"), "securityContext")[name] = value
	})
}

// environment sets variables of tenant-a's server: names and values in turns.
func environment(pairs ...string) cause {
	return edited(server(), func(deployment map[string]any) {
		container := first(deployment, "spec", "template", "spec", "containers")
		variables, _ := container["env"].([]any)
		for i := 0; i < len(pairs); i += 2 {
			variables = append(variables, map[string]any{"name": pairs[i], "value": pairs[i+1]})
		}
		container["env"] = variables
	})
}

// publicBucket lets anybody without a login read and list the bucket of raw data.
func publicBucket(ctx context.Context, in cluster) (func(context.Context) error, error) {
	store, err := in.administrator(ctx)
	if err != nil {
		return nil, err
	}
	mend := func(ctx context.Context) error { return store.SetBucketPolicy(ctx, "raw", "") }
	return mend, store.SetBucketPolicy(ctx, "raw", `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::raw"]},
		{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::raw/*"]}]}`)
}
