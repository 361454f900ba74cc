// Package externaldns installs ExternalDNS, which writes the hosts of Ingresses
// into hosted zones of Route 53 and takes them out again.
//
// It builds a namespace that enforces Pod Security level restricted, a role that
// may read Ingresses and nothing else, and one Helm release with one pod. Beside
// each record it writes a TXT record with the name of the cluster, and touches no
// record that another cluster or a person made. It costs 10m CPU and 64 MiB.
//
// The service account needs an identity with the permissions of Statements:
//
//	identity, err := workloadidentity.New(ctx, "dns", &workloadidentity.Args{
//		Namespace:      externaldns.DefaultNamespace,
//		ServiceAccount: externaldns.ServiceAccount,
//		Statements:     externaldns.Statements("aws", []string{"Z0123456789ABCDEFGHIJ"}),
//		...
//	})
//	dns, err := externaldns.New(ctx, "dns", &externaldns.Args{
//		ExternalDNS: spec.ExternalDNS{ZoneIDs: []string{"Z0123456789ABCDEFGHIJ"}, Domains: []string{"ml.example.com"}},
//		ClusterName: cluster.Ref().Name,
//		Region:      "eu-west-1",
//		DependsOn:   identity.Ready(),
//	})
//
// Delete the Ingresses and wait a minute before it is removed, or their records
// stay.
package externaldns

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/addons/externaldns/spec"
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Token is the type token of the component.
const Token = "mlops:index:ExternalDNS"

// Record is the chart. Its values were read from charts/external-dns in
// kubernetes-sigs/external-dns; this version ships ExternalDNS 0.21.0.
var Record = chart.Record{
	Chart: "external-dns", Version: "1.21.1",
	Repository: "https://kubernetes-sigs.github.io/external-dns",
}

const (
	// DefaultNamespace is made for ExternalDNS alone.
	DefaultNamespace = "external-dns"
	// ServiceAccount is the account the identity is for.
	ServiceAccount = "external-dns"
)

// Args configures ExternalDNS.
type Args struct {
	// ExternalDNS says where it may write; required.
	spec.ExternalDNS
	// ClusterName marks the records as those of this cluster. Never change it: the
	// records that are there would belong to nobody. Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// Region is the AWS region of the cluster; required.
	Region string `pulumi:"region"`
	// ServiceAccountAnnotations go on the service account; default none, which
	// is right for Pod Identity. With IRSA pass the identity's annotations.
	ServiceAccountAnnotations pulumi.StringMapInput `pulumi:"serviceAccountAnnotations"`
	// Namespace to create and install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// OpenPods makes a network policy that lets the pod talk to anybody. It needs it
	// where pods are closed until a policy selects them; default false.
	OpenPods bool `pulumi:"openPods"`
	// NodeSelector chooses nodes by label; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// DependsOn must exist before the pod starts, above all the identity.
	DependsOn []pulumi.Resource
}

// ExternalDNS is the component.
type ExternalDNS struct {
	pulumi.ResourceState
	chart.Installed

	// The outputs, as in chart.Ref.
	Namespace    pulumi.StringOutput `pulumi:"namespace"`
	ReleaseName  pulumi.StringOutput `pulumi:"releaseName"`
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*ExternalDNS, error) {
	in, dns := args.withDefaults(), &ExternalDNS{}
	err := chart.Install(ctx, name, dns, chart.Addon{
		Token: Token, Record: Record, Invalid: in.validate(),
		Inputs: pulumi.Map{"clusterName": in.ClusterName, "region": pulumi.String(in.Region)},
		Own:    &chart.Namespace{Name: in.Namespace, PodSecurity: "restricted", OpenPods: in.OpenPods},
		ClusterRole: &chart.ClusterRole{ServiceAccount: ServiceAccount, Rules: []chart.Rule{
			{Group: "networking.k8s.io", Resources: []string{"ingresses"}, Verbs: []string{"get", "list", "watch"}},
		}},
		Values: in.values(), DependsOn: in.DependsOn,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("external dns %q: %w", name, err)
	}
	return dns, nil
}

// Statements are the permissions of ExternalDNS for the given hosted zones.
// partition is "aws", "aws-cn" or "aws-us-gov".
func Statements(partition string, zoneIDs []string) []iampolicy.Statement {
	zones := make([]string, len(zoneIDs))
	for i, id := range zoneIDs {
		zones[i] = "arn:" + partition + ":route53:::hostedzone/" + id
	}
	return []iampolicy.Statement{
		{
			Sid:       "Write",
			Actions:   []string{"route53:ChangeResourceRecordSets"},
			Resources: iampolicy.Strings(zones...),
			Conditions: iampolicy.Conditions{"ForAllValues:StringEquals": {
				"route53:ChangeResourceRecordSetsRecordTypes": iampolicy.Strings("A", "AAAA", "CNAME", "TXT"),
			}},
		},
		{
			Sid:       "Read",
			Actions:   []string{"route53:ListResourceRecordSets", "route53:ListTagsForResources"},
			Resources: iampolicy.Strings(zones...),
		},
		// The action does not support resource-level permissions.
		{Sid: "Find", Actions: []string{"route53:ListHostedZones"}, Resources: iampolicy.Strings("*")},
	}
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	return &in
}

func (a *Args) validate() error {
	list := a.Check(nil)
	if a.ClusterName == nil {
		list = append(list, field.Required(field.NewPath("clusterName"), "the name of the EKS cluster"))
	}
	return validation.ToError("", append(list, awsenv.CheckRegion(field.NewPath("region"), a.Region)...))
}

func (a *Args) values() map[string]any {
	return map[string]any{
		"fullnameOverride": Record.Chart,
		"provider":         map[string]any{"name": "aws"},
		"env":              []any{map[string]any{"name": "AWS_REGION", "value": a.Region}},
		"extraArgs":        map[string]any{"zone-id-filter": chart.Strings(a.ZoneIDs)},
		"domainFilters":    chart.Strings(a.Domains),
		// Services of tenants get no names of their own.
		"sources":    []any{"ingress"},
		"txtOwnerId": a.ClusterName,
		// Records go with their Ingress; the default leaves them.
		"policy":         "sync",
		"serviceAccount": chart.ServiceAccount(ServiceAccount, a.ServiceAccountAnnotations),
		// The chart's role reads nodes, pods and services too.
		"rbac":         map[string]any{"create": false},
		"logFormat":    "json",
		"nodeSelector": chart.StringMap(a.NodeSelector),
		"resources":    chart.Resources("10m", "64Mi"),
	}
}
