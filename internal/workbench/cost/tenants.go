package cost

import (
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// Tenant is one tenant's share of the cost of the stack's nodes.
type Tenant struct {
	// Name is that of the tenant's component.
	Name string `json:"name"`
	// Serving is a month of its least to its greatest number of replicas.
	Serving Range `json:"serving"`
	// Replicas says how many those are and what share of which node each takes.
	Replicas string `json:"replicas"`
	// Storage is a month of its volumes.
	Storage float64 `json:"storage"`
	// TrainingHour is an hour of its training job; zero without one.
	TrainingHour Range `json:"trainingHour"`
	// Training says on which node that is, and when a run ends at the latest.
	Training string `json:"training,omitempty"`
}

const tenantType = "mlops:index:Tenant"

func (e *estimator) addTenants() {
	groups := e.groups()
	for _, r := range e.plan.Resources {
		if r.Type == tenantType {
			e.out.Tenants = append(e.out.Tenants, e.tenant(r, groups))
		}
	}
	slices.SortFunc(e.out.Tenants, func(a, b Tenant) int { return strings.Compare(a.Name, b.Name) })
}

// groups are the node groups, by name so that the order does not depend on the engine.
func (e *estimator) groups() []group {
	var nodeGroups []engine.Resource
	for _, r := range e.plan.Resources {
		if r.Type == "aws:eks/nodeGroup:NodeGroup" {
			nodeGroups = append(nodeGroups, r)
		}
	}
	slices.SortFunc(nodeGroups, func(a, b engine.Resource) int { return strings.Compare(a.Name, b.Name) })
	groups := make([]group, len(nodeGroups))
	for i, r := range nodeGroups {
		groups[i] = e.readGroup(r)
	}
	return groups
}

func (e *estimator) tenant(r engine.Resource, groups []group) Tenant {
	t := Tenant{Name: r.Name}
	for _, item := range e.out.Items {
		if item.Component == r.Name && strings.Contains(item.Name, " GiB gp3 for ") {
			t.Storage += item.Most
		}
	}
	for _, child := range e.below(r.URN) {
		switch child.Type {
		case "kubernetes:apps/v1:Deployment":
			e.serving(&t, child, groups)
		case "kubernetes:batch/v1:CronJob":
			e.training(&t, child, groups)
		}
	}
	return t
}

func (e *estimator) below(urn string) []engine.Resource {
	var found []engine.Resource
	for _, child := range e.children[urn] {
		found = append(append(found, child), e.below(child.URN)...)
	}
	return found
}

func (e *estimator) serving(t *Tenant, deployment engine.Resource, groups []group) {
	pod := at(deployment.Inputs, "spec", "template", "spec")
	g, share, found := e.place(pod, groups)
	if !found {
		e.notPriced("share of %s in the nodes: no priced node group fits its replicas", t.Name)
		return
	}
	replicas := exactly(numberOr(1, deployment.Inputs, "spec", "replicas"))
	for _, sibling := range e.children[deployment.Parent] {
		if sibling.Type == "kubernetes:autoscaling/v2:HorizontalPodAutoscaler" {
			replicas = Range{numberOr(1, sibling.Inputs, "spec", "minReplicas"), numberOr(1, sibling.Inputs, "spec", "maxReplicas")}
		}
	}
	month := g.hourly.times(share*g.open*prices.HoursPerMonth, share*g.open*prices.HoursPerMonth)
	t.Serving = t.Serving.plus(month.times(replicas.Least, replicas.Most))
	t.Replicas = plural(span(replicas.Least, replicas.Most), "replica") + ", each " + percent(share) + " of " + g.kind
}

func (e *estimator) training(t *Tenant, job engine.Resource, groups []group) {
	spec := at(job.Inputs, "spec", "jobTemplate", "spec")
	g, share, found := e.place(at(spec, "template", "spec"), groups)
	if !found {
		e.notPriced("training of %s: no priced node group fits its job", t.Name)
		return
	}
	t.TrainingHour = g.hourly.times(share, share)
	t.Training = percent(share) + " of " + g.kind
	if deadline, known := number(spec, "activeDeadlineSeconds"); known {
		t.Training += ", a run ends after " + plural(amount(deadline/3600), "hour") + " at the latest"
	}
}

// place finds the node group of a pod, and the share of a node that it takes:
// the largest of its shares of processors, memory and GPUs.
func (e *estimator) place(pod any, groups []group) (group, float64, bool) {
	index := slices.IndexFunc(groups, func(g group) bool { return g.priced && g.admits(pod) })
	if index < 0 {
		return group{}, 0, false
	}
	g := groups[index]
	var cpu, memory, gpus float64
	for _, container := range list(pod, "containers") {
		requests := at(container, "resources", "requests")
		cpu += quantityOr(requests, "cpu")
		memory += quantityOr(requests, "memory")
		gpus += quantityOr(requests, "nvidia.com/gpu")
	}
	share := max(cpu/float64(g.instance.VCPU), memory/gibibyte/float64(g.instance.MemoryGiB))
	if g.instance.GPUs > 0 {
		share = max(share, gpus/float64(g.instance.GPUs))
	}
	return g, share, share > 0
}

func quantityOr(value any, key string) float64 {
	found, _ := quantity(value, key)
	return found
}

// admits says that the nodes of the group have every label that a pod demands.
func (g group) admits(pod any) bool {
	selector, _ := at(pod, "nodeSelector").(map[string]any)
	for key, value := range selector {
		if g.labels[key] != value {
			return false
		}
	}
	terms := list(pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
	for _, term := range terms {
		if g.matches(term) {
			return true
		}
	}
	return len(terms) == 0
}

func (g group) matches(term any) bool {
	for _, expression := range list(term, "matchExpressions") {
		if text(expression, "operator") != "In" || !slices.Contains(list(expression, "values"), g.labels[text(expression, "key")]) {
			return false
		}
	}
	return true
}

func percent(share float64) string { return amount(share*100) + " %" }
