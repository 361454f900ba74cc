package clusterautoscaler_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const release = "kubernetes:helm.sh/v3:Release"

func run(t *testing.T, args *clusterautoscaler.Args) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := clusterautoscaler.New(ctx, "autoscaler", args)
		return err
	})
}

func TestRelease(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.ClusterAutoscaler())
	require.Len(t, recorder.Resources(), 2, "the component and the release")
	component := recorder.One(t, clusterautoscaler.Token, "autoscaler")
	assert.Equal(t, "mlops-test", component.Prop("clusterName"))
	r := recorder.One(t, release, "autoscaler-release")
	assert.Equal(t, clusterautoscaler.Token, r.ParentType)
	want := map[string]any{
		"chart": clusterautoscaler.Chart, "version": clusterautoscaler.ChartVersion,
		"repositoryOpts.repo": clusterautoscaler.Repository, "namespace": "kube-system",
		"values.autoDiscovery.clusterName":       "mlops-test",
		"values.awsRegion":                       "eu-west-1",
		"values.rbac.serviceAccount.name":        clusterautoscaler.ServiceAccount,
		"values.rbac.serviceAccount.annotations": nil,
		"values.image.tag":                       nil,
		"values.serviceMonitor.enabled":          false,
		"values.replicaCount":                    float64(1),
		"values.securityContext.runAsNonRoot":    true,
	}
	for path, value := range want {
		assert.Equal(t, value, r.Prop(path), path)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	args := valid.ClusterAutoscaler()
	args.ImageTag, args.Replicas, args.Namespace, args.ServiceMonitor = "v1.35.0", 2, "scaling", true
	args.NodeSelector = map[string]string{"role": "system"}
	args.ServiceAccountAnnotations = pulumi.StringMap{"irsa": pulumi.String("role")}
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		identity := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:Identity", "identity", pulumi.Map{}, identity); err != nil {
			return err
		}
		in := *args
		in.DependsOn = []pulumi.Resource{identity}
		_, err := clusterautoscaler.New(ctx, "autoscaler", &in)
		return err
	})
	r := recorder.One(t, release, "autoscaler-release")
	want := map[string]any{
		"namespace": "scaling", "values.image.tag": "v1.35.0", "values.replicaCount": float64(2),
		"values.serviceMonitor.enabled": true, "values.serviceMonitor.namespace": "scaling",
		"values.nodeSelector":                    map[string]any{"role": "system"},
		"values.rbac.serviceAccount.annotations": map[string]any{"irsa": "role"},
	}
	for path, value := range want {
		assert.Equal(t, value, r.Prop(path), path)
	}
	require.Len(t, r.DependsOn, 1)
	assert.Contains(t, r.DependsOn[0], "::identity")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args *clusterautoscaler.Args
		want string
	}{
		"nil": {nil, `cluster autoscaler "autoscaler": 2 faults:
  clusterName: Required value: the name of the EKS cluster
  region: Required value: must name an AWS region`},
		"replicas": {
			&clusterautoscaler.Args{ClusterName: pulumi.String("a"), Region: "eu-west-1", Replicas: -1},
			`cluster autoscaler "autoscaler": replicas: Invalid value: -1: must be >= 1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
				_, err := clusterautoscaler.New(ctx, "autoscaler", c.args)
				return err
			})
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestStatementsScaleOnlyOneCluster(t *testing.T) {
	t.Parallel()
	var document string
	pulumitest.Run(t, func(*pulumi.Context) error {
		statements := clusterautoscaler.Statements("aws-cn", pulumi.String("mlops-test"))
		for _, s := range statements {
			for _, action := range s.Actions {
				assert.NotContains(t, action, "*", s.Sid)
			}
		}
		done := make(chan struct{})
		iampolicy.Document(statements...).ApplyT(func(text string) string {
			document = text
			close(done)
			return text
		})
		<-done
		return nil
	})
	const scale = `{"Action":["autoscaling:SetDesiredCapacity","autoscaling:TerminateInstanceInAutoScalingGroup"],` +
		`"Condition":{"StringEquals":{"aws:ResourceTag/eks:cluster-name":["mlops-test"]}},"Effect":"Allow",` +
		`"Resource":["arn:aws-cn:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*"],"Sid":"Scale"}`
	assert.Contains(t, document, scale)
	assert.Contains(t, document, `"Resource":["arn:aws-cn:eks:*:*:nodegroup/mlops-test/*/*"]`)
	assert.NotContains(t, document, "arn:aws:")
}
