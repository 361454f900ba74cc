// Package viewers says what the viewers of a cluster may read beyond the policy of EKS:
// every object of the platform but Secrets, in every namespace.
package viewers

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/internal/clusterrole"
)

// RoleName is the ClusterRole and its binding.
const RoleName = "mlops-viewers"

// New makes the role and binds it to cluster.ViewerGroup. Both are named after name; the
// Kubernetes provider is inherited from opts.
func New(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	_, err := clusterrole.New(ctx, name, clusterrole.Grant{
		Name: RoleName, Group: cluster.ViewerGroup, Rules: rules(),
		Labels: map[string]string{"app.kubernetes.io/part-of": "mlops", "app.kubernetes.io/managed-by": "pulumi"},
	}, opts...)
	if err != nil {
		return fmt.Errorf("letting viewers read: %w", err)
	}
	return nil
}

// rules name every resource: a wildcard in the core group would open Secrets, and others
// whatever a later version adds.
func rules() []clusterrole.Rule {
	var list []clusterrole.Rule
	for _, of := range []struct {
		group     string
		resources []string
	}{
		{"", []string{
			"configmaps", "endpoints", "events", "limitranges", "namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes",
			"pods", "pods/log", "podtemplates", "replicationcontrollers", "resourcequotas", "serviceaccounts", "services",
		}},
		{"admissionregistration.k8s.io", []string{
			"mutatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings", "validatingwebhookconfigurations",
		}},
		{"apiextensions.k8s.io", []string{"customresourcedefinitions"}},
		{"apiregistration.k8s.io", []string{"apiservices"}},
		{"apps", []string{"controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"}},
		{"autoscaling", []string{"horizontalpodautoscalers"}},
		{"batch", []string{"cronjobs", "jobs"}},
		{"coordination.k8s.io", []string{"leases"}},
		{"discovery.k8s.io", []string{"endpointslices"}},
		{"events.k8s.io", []string{"events"}},
		{"metrics.k8s.io", []string{"nodes", "pods"}},
		{"monitoring.coreos.com", []string{
			"alertmanagerconfigs", "alertmanagers", "podmonitors", "probes", "prometheuses", "prometheusrules", "servicemonitors",
		}},
		{"networking.k8s.io", []string{"ingressclasses", "ingresses", "networkpolicies"}},
		{"policy", []string{"poddisruptionbudgets"}},
		{"rbac.authorization.k8s.io", []string{"clusterrolebindings", "clusterroles", "rolebindings", "roles"}},
		{"scheduling.k8s.io", []string{"priorityclasses"}},
		{"storage.k8s.io", []string{"csidrivers", "csinodes", "storageclasses", "volumeattachments"}},
	} {
		list = append(list, clusterrole.Rule{Group: of.group, Resources: of.resources, Verbs: []string{"get", "list", "watch"}})
	}
	return list
}
