package local

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/mlops-iac/mlops/components/scheduling"
)

// write writes the survey as a table.
func (s survey) write(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TENANT\tPODS\tAUTOSCALER\tQUOTA CPU\tMEMORY\tPODS\tGPU\tISOLATION")
	for _, t := range s.tenants {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.name, t.pods, t.autoscaler(),
			t.quota("requests.cpu", corev1.ResourceCPU), t.quota("requests.memory", corev1.ResourceMemory),
			t.quota(corev1.ResourcePods), t.quota("requests."+scheduling.GPUResource), t.isolation())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "platform: %s\n", s.others)
	return err
}

// line is the survey in one line, for output that cannot be rewritten.
func (s survey) line() string {
	parts := make([]string, 0, len(s.tenants)+1)
	for _, t := range s.tenants {
		parts = append(parts, t.name+" "+t.pods.String())
	}
	return strings.Join(append(parts, "platform "+s.others.String()), ", ")
}

func (c podCount) String() string { return fmt.Sprintf("%d of %d ready", c.ready, c.all) }

func (t tenantState) autoscaler() string {
	var texts []string
	for _, a := range t.scaling {
		least := int32(1)
		if a.Spec.MinReplicas != nil {
			least = *a.Spec.MinReplicas
		}
		present, wanted := usageOf(a)
		texts = append(texts, fmt.Sprintf("%d in %d-%d, CPU %s/%s %%", a.Status.CurrentReplicas, least, a.Spec.MaxReplicas, present, wanted))
	}
	return orNone(texts)
}

// unknown stands for a figure that is not known yet.
const unknown = "?"

// usageOf is the present and the wanted share of CPU.
func usageOf(a autoscalingv2.HorizontalPodAutoscaler) (present, wanted string) {
	present, wanted = unknown, unknown
	for _, m := range a.Status.CurrentMetrics {
		if m.Resource != nil && m.Resource.Name == corev1.ResourceCPU && m.Resource.Current.AverageUtilization != nil {
			present = fmt.Sprint(*m.Resource.Current.AverageUtilization)
		}
	}
	for _, m := range a.Spec.Metrics {
		if m.Resource != nil && m.Resource.Name == corev1.ResourceCPU && m.Resource.Target.AverageUtilization != nil {
			wanted = fmt.Sprint(*m.Resource.Target.AverageUtilization)
		}
	}
	return present, wanted
}

// quota is what is used of the first of the names that a quota bounds. Quotas of some pods
// only do not count.
func (t tenantState) quota(names ...corev1.ResourceName) string {
	for _, name := range names {
		for _, q := range t.quotas {
			hard, bounded := q.Status.Hard[name]
			if !bounded || q.Spec.ScopeSelector != nil {
				continue
			}
			used := q.Status.Used[name]
			return used.String() + "/" + hard.String()
		}
	}
	return "-"
}

// isolation says whether what no policy allows is denied, in both directions.
func (t tenantState) isolation() string {
	var open []string
	for _, direction := range []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress} {
		if !slices.ContainsFunc(t.policies, func(p networkingv1.NetworkPolicy) bool { return closes(p, direction) }) {
			open = append(open, strings.ToLower(string(direction)))
		}
	}
	if len(open) > 0 {
		return "OPEN: " + strings.Join(open, " and ")
	}
	return fmt.Sprintf("default deny, %d exceptions", len(t.policies)-1)
}

// closes says whether a policy denies a direction for every pod.
func closes(p networkingv1.NetworkPolicy, direction networkingv1.PolicyType) bool {
	everyPod := len(p.Spec.PodSelector.MatchLabels) == 0 && len(p.Spec.PodSelector.MatchExpressions) == 0
	return everyPod && slices.Contains(p.Spec.PolicyTypes, direction)
}

func orNone(texts []string) string {
	if len(texts) == 0 {
		return "-"
	}
	return strings.Join(texts, "; ")
}
