package loadbalancercontroller_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/charts"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

func install(t *testing.T, args *loadbalancercontroller.Args) harness.Resource {
	t.Helper()
	recorder := harness.Run(t, harness.Program(loadbalancercontroller.New, "ingress", args))
	return charts.Release(t, recorder, loadbalancercontroller.Token, "ingress", loadbalancercontroller.Record)
}

func TestRelease(t *testing.T) {
	t.Parallel()
	r := install(t, valid.LoadBalancerController())
	want := map[string]any{
		"namespace":          "kube-system",
		"values.clusterName": "mlops-test", "values.vpcId": "vpc-1", "values.region": "eu-west-1",
		"values.serviceAccount.name":                loadbalancercontroller.ServiceAccount,
		"values.defaultTags":                        map[string]any{"project": "mlops"},
		"values.replicaCount":                       float64(2),
		"values.podDisruptionBudget.maxUnavailable": float64(1),
		"values.enableServiceMutatorWebhook":        false,
		"values.serviceMonitor.enabled":             false,
	}
	for path, value := range want {
		assert.Equal(t, value, r.Prop(path), path)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	args := valid.LoadBalancerController()
	args.Replicas, args.NodeSelector, args.ServiceMonitor = 1, map[string]string{"mlops.io/node-role": "system"}, true
	r := install(t, args)
	assert.Equal(t, map[string]any{"mlops.io/node-role": "system"}, r.Prop("values.nodeSelector"))
	assert.Equal(t, true, r.Prop("values.serviceMonitor.enabled"))
	assert.Nil(t, r.Prop("values.podDisruptionBudget"), "a budget over one pod would block every drain")
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(loadbalancercontroller.New, "ingress", &loadbalancercontroller.Args{Replicas: -1}))
	require.ErrorContains(t, err, `load balancer controller "ingress": 4 errors:
  clusterName: Required value: the name of the EKS cluster
  region: Required value: must name an AWS region
  replicas: Invalid value: -1: must be >= 1
  vpcId: Required value: the VPC of the cluster`)
}

// TestStatementsTouchOnlyWhatTheControllerMade reads the policy whole. Listeners of
// older controllers carry no tag, so AWS publishes their actions without a condition.
func TestStatementsTouchOnlyWhatTheControllerMade(t *testing.T) {
	t.Parallel()
	const requestTag, resourceTag = "aws:RequestTag/elbv2.k8s.aws/cluster", "aws:ResourceTag/elbv2.k8s.aws/cluster"
	type conditions = iampolicy.Conditions
	anything := iampolicy.Strings("*")
	on := func(prefix string, resources ...string) []pulumi.StringInput {
		var arns []pulumi.StringInput
		for _, resource := range resources {
			arns = append(arns, pulumi.String("arn:aws:"+prefix+resource))
		}
		return arns
	}
	elb := func(resources ...string) []pulumi.StringInput { return on("elasticloadbalancing:*:*:", resources...) }
	groups := on("ec2:*:*:", "security-group/*")
	balancers, listeners := elb("loadbalancer/*", "targetgroup/*", "listener/*"), elb("loadbalancer/*", "listener/*", "listener-rule/*")
	own := conditions{"Null": {resourceTag: iampolicy.Strings("false")}}
	retagged := conditions{"Null": {requestTag: iampolicy.Strings("true"), resourceTag: iampolicy.Strings("false")}}
	tagged := map[string][]pulumi.StringInput{requestTag: iampolicy.Strings("false")}
	madeBy := func(key string, actions ...string) conditions {
		return conditions{"StringEquals": {key: iampolicy.Strings(actions...)}, "Null": tagged}
	}
	got := loadbalancercontroller.Statements("aws")
	for i := range got {
		for _, action := range got[i].Actions {
			assert.NotContains(t, action, "*", got[i].Sid)
			assert.NotContains(t, []string{"shield", "wafv2", "waf-regional", "cognito-idp"}, strings.Split(action, ":")[0])
		}
		if got[i].Sid == "Describe" {
			for _, action := range got[i].Actions {
				assert.Regexp(t, "^(ec2|elasticloadbalancing):(Describe|Get)", action)
			}
			got[i].Actions = nil
		}
		for j, action := range got[i].Actions {
			got[i].Actions[j] = strings.TrimPrefix(action, "elasticloadbalancing:")
		}
	}
	assert.Equal(t, []iampolicy.Statement{
		{
			Sid: "ServiceLinkedRole", Actions: []string{"iam:CreateServiceLinkedRole"}, Resources: anything,
			Conditions: conditions{"StringEquals": {"iam:AWSServiceName": iampolicy.Strings("elasticloadbalancing.amazonaws.com")}},
		},
		{Sid: "Describe", Resources: anything},
		{Sid: "ListCertificates", Actions: []string{"acm:ListCertificates", "iam:ListServerCertificates"}, Resources: anything},
		{
			Sid: "ReadCertificates", Actions: []string{"acm:DescribeCertificate", "iam:GetServerCertificate"},
			Resources: on("", "acm:*:*:certificate/*", "iam::*:server-certificate/*"),
		},
		{
			Sid: "SecurityGroupRules", Actions: []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"},
			Resources: groups,
		},
		{Sid: "CreateSecurityGroup", Actions: []string{"ec2:CreateSecurityGroup"}, Resources: on("ec2:*:*:", "security-group/*", "vpc/*")},
		{
			Sid: "TagNewSecurityGroup", Actions: []string{"ec2:CreateTags"}, Resources: groups,
			Conditions: madeBy("ec2:CreateAction", "CreateSecurityGroup"),
		},
		{Sid: "RetagOwnSecurityGroup", Actions: []string{"ec2:CreateTags", "ec2:DeleteTags"}, Resources: groups, Conditions: retagged},
		{Sid: "DeleteOwnSecurityGroup", Actions: []string{"ec2:DeleteSecurityGroup"}, Resources: groups, Conditions: own},
		{
			Sid: "CreateLoadBalancer", Actions: []string{"CreateLoadBalancer", "CreateTargetGroup"}, Resources: balancers,
			Conditions: conditions{"Null": tagged},
		},
		{
			Sid: "ManageOwnLoadBalancer", Resources: balancers, Conditions: own,
			Actions: []string{
				"DeleteLoadBalancer", "DeleteTargetGroup", "ModifyCapacityReservation", "ModifyIpPools", "ModifyListenerAttributes",
				"ModifyLoadBalancerAttributes", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "SetIpAddressType",
				"SetSecurityGroups", "SetSubnets",
			},
		},
		{Sid: "Listeners", Actions: []string{"CreateListener", "CreateRule", "DeleteListener", "DeleteRule"}, Resources: listeners},
		{
			Sid: "ModifyListeners", Resources: listeners,
			Actions: []string{
				"AddListenerCertificates", "ModifyListener", "ModifyRule", "RemoveListenerCertificates", "SetRulePriorities", "SetWebAcl",
			},
		},
		{
			Sid: "RetagOwnLoadBalancer", Actions: []string{"AddTags", "RemoveTags"}, Resources: elb("targetgroup/*", "loadbalancer/*"),
			Conditions: retagged,
		},
		{Sid: "TagListeners", Actions: []string{"AddTags", "RemoveTags"}, Resources: elb("listener/*", "listener-rule/*")},
		{
			Sid: "TagNewLoadBalancer", Actions: []string{"AddTags"}, Resources: elb("targetgroup/*", "loadbalancer/*"),
			Conditions: madeBy("elasticloadbalancing:CreateAction", "CreateTargetGroup", "CreateLoadBalancer"),
		},
		{Sid: "Targets", Actions: []string{"DeregisterTargets", "RegisterTargets"}, Resources: elb("targetgroup/*/*")},
	}, got)
}

func TestStatementsAreOfThePartition(t *testing.T) {
	t.Parallel()
	harness.Run(t, func(*pulumi.Context) error {
		done := make(chan string, 1)
		iampolicy.Document(loadbalancercontroller.Statements("aws-us-gov")...).ApplyT(func(text string) string {
			done <- text
			return text
		})
		document := <-done
		assert.Contains(t, document, "arn:aws-us-gov:elasticloadbalancing:*:*:loadbalancer/*")
		assert.Contains(t, document, "arn:aws-us-gov:ec2:*:*:security-group/*")
		assert.NotContains(t, document, "arn:aws:")
		// A managed policy holds 6,144 characters, the inline policies of a role 10,240.
		assert.Less(t, len(document), 6144)
		return nil
	})
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &loadbalancercontroller.LoadBalancerController{}, loadbalancercontroller.Args{}, loadbalancercontroller.Token)
}

// A controller that makes load balancers in the VPC of its cluster.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := loadbalancercontroller.New(ctx, "ingress", &loadbalancercontroller.Args{
			ClusterName: pulumi.String("mlops-dev"),
			VPCID:       pulumi.String("vpc-1"),
			Region:      "eu-west-1",
			Tags:        map[string]string{"project": "mlops"},
		})
		return err
	})
	// Output:
	// mlops:index:LoadBalancerController ingress
	//   kubernetes:helm.sh/v3:Release ingress-release
}
