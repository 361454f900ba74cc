// Package systempods opens the pods of kube-system to the network, for clusters in which
// pods are closed until a network policy selects them (spec.NetworkPolicyStrict). The
// add-ons of EKS bring none.
package systempods

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/netpolicy"
)

// Namespace is where EKS, and most add-ons of the platform, put their pods.
const Namespace = "kube-system"

// Open makes the policy and returns what cluster.NewAddons must depend on, which waits for
// pods of coredns to answer. The Kubernetes provider is inherited from opts.
func Open(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) ([]pulumi.Resource, error) {
	made, err := netpolicy.Open(ctx, name, pulumi.String(Namespace), opts...)
	if err != nil {
		return nil, fmt.Errorf("system pods %q: %w", name, err)
	}
	return made, nil
}
