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
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const release = "kubernetes:helm.sh/v3:Release"

func run(t *testing.T, args *loadbalancercontroller.Args) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := loadbalancercontroller.New(ctx, "ingress", args)
		return err
	})
}

func TestRelease(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.LoadBalancerController())
	require.Len(t, recorder.Resources(), 2, "the component and the release")
	r := recorder.One(t, release, "ingress-release")
	assert.Equal(t, loadbalancercontroller.Token, r.ParentType)
	want := map[string]any{
		"chart": loadbalancercontroller.Chart, "version": loadbalancercontroller.ChartVersion,
		"repositoryOpts.repo": loadbalancercontroller.Repository, "namespace": "kube-system",
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

func TestOneReplicaHasNoBudget(t *testing.T) {
	t.Parallel()
	args := valid.LoadBalancerController()
	args.Replicas = 1
	r := run(t, args).One(t, release, "ingress-release")
	assert.Nil(t, r.Prop("values.podDisruptionBudget"), "a budget over one pod would block every drain")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, err := loadbalancercontroller.New(ctx, "ingress", &loadbalancercontroller.Args{Replicas: -1})
		return err
	})
	require.ErrorContains(t, err, `load balancer controller "ingress": 4 faults:
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
	pulumitest.Run(t, func(*pulumi.Context) error {
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
