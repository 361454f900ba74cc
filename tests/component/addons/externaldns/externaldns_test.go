package externaldns_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/externaldns"
	"github.com/mlops-iac/mlops/components/addons/externaldns/spec"
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func args() *externaldns.Args {
	return &externaldns.Args{
		ExternalDNS: spec.ExternalDNS{ZoneIDs: []string{"Z1PUBLIC", "Z2PRIVATE"}, Domains: []string{"ml.example.com", "ai.example.org"}},
		ClusterName: pulumi.String("mlops-test"), Region: "eu-west-1",
		ServiceAccountAnnotations: pulumi.StringMap{"eks.amazonaws.com/role-arn": pulumi.String("arn:aws:iam::111111111111:role/dns")},
		Namespace:                 "names", NodeSelector: map[string]string{"mlops.io/node-role": "system"},
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, harness.Program(externaldns.New, "dns", args()))
	require.Len(t, recorder.Resources(), 5)
	r := recorder.One(t, "kubernetes:helm.sh/v3:Release", "dns-release")
	assert.Equal(t, externaldns.Token, r.ParentType)
	assert.Equal(t, "names", r.Prop("namespace"))
	assert.Equal(t, map[string]any{
		"fullnameOverride": "external-dns",
		"provider":         map[string]any{"name": "aws"},
		"env":              []any{map[string]any{"name": "AWS_REGION", "value": "eu-west-1"}},
		"extraArgs":        map[string]any{"zone-id-filter": []any{"Z1PUBLIC", "Z2PRIVATE"}},
		"domainFilters":    []any{"ml.example.com", "ai.example.org"},
		"sources":          []any{"ingress"},
		"txtOwnerId":       "mlops-test",
		"policy":           "sync",
		"serviceAccount": map[string]any{
			"create": true, "name": "external-dns",
			"annotations": map[string]any{"eks.amazonaws.com/role-arn": "arn:aws:iam::111111111111:role/dns"},
		},
		"rbac":         map[string]any{"create": false},
		"logFormat":    "json",
		"nodeSelector": map[string]any{"mlops.io/node-role": "system"},
		"resources": map[string]any{
			"requests": map[string]any{"cpu": "10m", "memory": "64Mi"}, "limits": map[string]any{"memory": "64Mi"},
		},
	}, r.Prop("values"))
}

func TestItsNamespaceIsRestricted(t *testing.T) {
	t.Parallel()
	namespace := harness.Run(t, harness.Program(externaldns.New, "dns", args())).One(t, "kubernetes:core/v1:Namespace", "dns-namespace")
	assert.Equal(t, map[string]any{"name": "names", "labels": map[string]any{
		"app.kubernetes.io/managed-by":       "pulumi",
		"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/audit": "restricted",
		"pod-security.kubernetes.io/warn": "restricted",
	}}, namespace.Prop("metadata"))
}

func TestItReadsIngressesOnly(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, harness.Program(externaldns.New, "dns", args()))
	role := recorder.One(t, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "dns-role")
	assert.Equal(t, []any{map[string]any{
		"apiGroups": []any{"networking.k8s.io"}, "resources": []any{"ingresses"}, "verbs": []any{"get", "list", "watch"},
	}}, role.Prop("rules"))
	binding := recorder.One(t, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "dns-role-binding")
	assert.Equal(t, role.Prop("metadata.name"), binding.Prop("roleRef.name"))
	assert.Equal(t, []any{
		map[string]any{"kind": "ServiceAccount", "name": "external-dns", "namespace": "names"},
	}, binding.Prop("subjects"))
}

func TestItWritesInItsZonesOnly(t *testing.T) {
	t.Parallel()
	zones := iampolicy.Strings("arn:aws-cn:route53:::hostedzone/Z1PUBLIC", "arn:aws-cn:route53:::hostedzone/Z2PRIVATE")
	assert.Equal(t, []iampolicy.Statement{
		{
			Sid: "Write", Actions: []string{"route53:ChangeResourceRecordSets"}, Resources: zones,
			Conditions: iampolicy.Conditions{"ForAllValues:StringEquals": {
				"route53:ChangeResourceRecordSetsRecordTypes": iampolicy.Strings("A", "AAAA", "CNAME", "TXT"),
			}},
		},
		{Sid: "Read", Actions: []string{"route53:ListResourceRecordSets", "route53:ListTagsForResources"}, Resources: zones},
		{Sid: "Find", Actions: []string{"route53:ListHostedZones"}, Resources: iampolicy.Strings("*")},
	}, externaldns.Statements("aws-cn", []string{"Z1PUBLIC", "Z2PRIVATE"}))
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(externaldns.New, "dns", nil))
	require.ErrorContains(t, err, `external dns "dns": 4 errors:
  clusterName: Required value: the name of the EKS cluster
  domains: Required value: a domain: without one it would write every record of its zones
  region: Required value: must name an AWS region
  zoneIds: Required value: a hosted zone: without one it may write nowhere`)
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &externaldns.ExternalDNS{}, externaldns.Args{}, externaldns.Token)
}

// The hosts of one domain, written into one hosted zone.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := externaldns.New(ctx, "dns", &externaldns.Args{
			ExternalDNS: spec.ExternalDNS{ZoneIDs: []string{"Z0123456789ABCDEFGHIJ"}, Domains: []string{"ml.example.com"}},
			ClusterName: pulumi.String("mlops-prod"), Region: "eu-west-1",
		})
		return err
	})
	// Output:
	// mlops:index:ExternalDNS dns
	//   kubernetes:core/v1:Namespace dns-namespace
	//   kubernetes:helm.sh/v3:Release dns-release
	//   kubernetes:rbac.authorization.k8s.io/v1:ClusterRole dns-role
	//   kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding dns-role-binding
}
