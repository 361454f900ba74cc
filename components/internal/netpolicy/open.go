package netpolicy

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// OpenName is the name of the policy that Open makes.
const OpenName = "allow-all"

// Open makes a policy that lets every pod of a namespace talk to anybody and be talked to.
// It changes nothing but where pods are closed until a policy selects them. What it returns
// must exist before the pods.
func Open(ctx *pulumi.Context, name string, namespace pulumi.StringInput, opts ...pulumi.ResourceOption) ([]pulumi.Resource, error) {
	made, err := networkingv1.NewNetworkPolicy(ctx, name+"-"+OpenName, &networkingv1.NetworkPolicyArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name: pulumi.String(OpenName), Namespace: namespace.ToStringOutput(),
			Labels: pulumi.StringMap{"app.kubernetes.io/managed-by": pulumi.String("pulumi")},
		},
		Spec: networkingv1.NetworkPolicySpecArgs{
			PodSelector: metav1.LabelSelectorArgs{}, PolicyTypes: pulumi.ToStringArray([]string{Ingress, Egress}),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{networkingv1.NetworkPolicyIngressRuleArgs{}},
			Egress:  networkingv1.NetworkPolicyEgressRuleArray{networkingv1.NetworkPolicyEgressRuleArgs{}},
		},
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("opening the namespace: %w", err)
	}
	return []pulumi.Resource{made}, nil
}
