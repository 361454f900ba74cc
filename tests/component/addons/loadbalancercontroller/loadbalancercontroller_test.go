package loadbalancercontroller_test

import (
	"slices"
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

// changes says whether an action can destroy or redirect something.
func changes(action string) bool {
	_, verb, _ := strings.Cut(action, ":")
	return strings.HasPrefix(verb, "Delete") || strings.HasPrefix(verb, "Modify") || strings.HasPrefix(verb, "Set")
}

func TestStatementsTouchOnlyWhatTheControllerMade(t *testing.T) {
	t.Parallel()
	// Listeners of older controllers carry no tag, so AWS publishes these
	// actions without a condition.
	unconditional := []string{
		"elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteRule",
		"elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule",
		"elasticloadbalancing:SetRulePriorities", "elasticloadbalancing:SetWebAcl",
	}
	sids := map[string]bool{}
	for _, s := range loadbalancercontroller.Statements("aws") {
		assert.False(t, sids[s.Sid], "sid %q twice", s.Sid)
		sids[s.Sid] = true
		for _, action := range s.Actions {
			assert.NotContains(t, action, "*", s.Sid)
			assert.NotContains(t, []string{"shield", "wafv2", "waf-regional", "cognito-idp"}, strings.Split(action, ":")[0])
			if changes(action) && !slices.Contains(unconditional, action) {
				assert.NotEmpty(t, s.Conditions, "%s in %s", action, s.Sid)
			}
		}
	}
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
