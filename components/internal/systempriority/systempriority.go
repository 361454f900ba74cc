// Package systempriority makes the quotas of the priority classes that every
// cluster has: pods of these push out others.
package systempriority

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The priority classes of the system.
const (
	ClusterCritical = "system-cluster-critical"
	NodeCritical    = "system-node-critical"
)

// Numbers of pods for Quota.
const (
	// None refuses every pod.
	None = "0"
	// Unlimited is what GKE writes for its own namespaces, a thousand million. Some
	// clusters, GKE among them, admit pods of the classes only to namespaces that have
	// a quota for them, however large it is; in kube-system there is one.
	Unlimited = "1G"
)

// Quota counts the pods of the classes in a namespace and no others.
func Quota(pods string, classes ...string) corev1.ResourceQuotaSpecArgs {
	return corev1.ResourceQuotaSpecArgs{
		Hard: pulumi.StringMap{"pods": pulumi.String(pods)},
		ScopeSelector: corev1.ScopeSelectorArgs{MatchExpressions: corev1.ScopedResourceSelectorRequirementArray{
			corev1.ScopedResourceSelectorRequirementArgs{
				ScopeName: pulumi.String("PriorityClass"), Operator: pulumi.String("In"), Values: pulumi.ToStringArray(classes),
			},
		}},
	}
}
