package clusterautoscaler_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/charts"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

// released returns what a program installs with the component "autoscaler".
func released(t *testing.T, recorder *harness.Recorder) harness.Resource {
	t.Helper()
	return charts.Release(t, recorder, clusterautoscaler.Token, "autoscaler", clusterautoscaler.Record)
}

func TestRelease(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, harness.Program(clusterautoscaler.New, "autoscaler", valid.ClusterAutoscaler()))
	component := recorder.One(t, clusterautoscaler.Token, "autoscaler")
	assert.Equal(t, "mlops-test", component.Prop("clusterName"))
	r := released(t, recorder)
	want := map[string]any{
		"namespace":                              "kube-system",
		"values.autoDiscovery.clusterName":       "mlops-test",
		"values.awsRegion":                       "eu-west-1",
		"values.rbac.serviceAccount.name":        clusterautoscaler.ServiceAccount,
		"values.rbac.serviceAccount.annotations": nil,
		"values.image.tag":                       nil,
		"values.serviceMonitor.enabled":          false,
		"values.replicaCount":                    float64(1),
		"values.securityContext.runAsNonRoot":    true,
		"values.extraArgs": map[string]any{
			"balance-similar-node-groups": true, "expander": "least-waste", "skip-nodes-with-system-pods": false,
			"skip-nodes-with-local-storage": false, "balancing-ignore-label_1": "topology.ebs.csi.aws.com/zone",
			// S7: a remembered node without GPUs must be forgotten.
			"node-info-cache-expire-time": "10m",
		},
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
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		identity := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:Identity", "identity", pulumi.Map{}, identity); err != nil {
			return err
		}
		in := *args
		in.DependsOn = []pulumi.Resource{identity}
		_, err := clusterautoscaler.New(ctx, "autoscaler", &in)
		return err
	})
	r := released(t, recorder)
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

// TestInvalidArguments installs nothing of what is wrong.
//
// Proves V12 by plain Go: an image of the autoscaler that is newer than its chart, older than
// any cluster or no version of it is refused.
func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args *clusterautoscaler.Args
		want string
	}{
		"nil": {nil, `cluster autoscaler "autoscaler": 2 errors:
  clusterName: Required value: the name of the EKS cluster
  region: Required value: must name an AWS region`},
		"replicas": {
			&clusterautoscaler.Args{ClusterName: pulumi.String("a"), Region: "eu-west-1", Replicas: -1},
			`cluster autoscaler "autoscaler": replicas: Invalid value: -1: must be >= 1`,
		},
		"newer image": {tagged("v1.36.0"), `cluster autoscaler "autoscaler": imageTag: Invalid value: "v1.36.0": ` + tagRule},
		"older image": {tagged("v1.33.9"), `cluster autoscaler "autoscaler": imageTag: Invalid value: "v1.33.9": ` + tagRule},
		"no version":  {tagged("1.35.0"), `cluster autoscaler "autoscaler": imageTag: Invalid value: "1.35.0": ` + tagRule},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := harness.RunErr(harness.Program(clusterautoscaler.New, "autoscaler", c.args))
			require.ErrorContains(t, err, c.want)
		})
	}
}

const tagRule = "must be v1.34.x to v1.35.x: chart cluster-autoscaler 9.55.1 gives no newer autoscaler the rights it needs, and no cluster is older"

func tagged(tag string) *clusterautoscaler.Args {
	args := valid.ClusterAutoscaler()
	args.ImageTag = tag
	return args
}

// TestV12ImagesOfTheChart holds the chart to the minor version of clusters by default.
//
// Proves V12 by Pulumi mocks: the chart is the one whose autoscaler has the minor version of a
// cluster by default, and the one before may take its place.
func TestV12ImagesOfTheChart(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "9.55.1", clusterautoscaler.Record.Version)
	assert.Equal(t, "1.35", clusterspec.DefaultVersion, "the chart ships 1.35.0: its version follows that of clusters")
	for _, tag := range []string{"v1.34.1", "v1.35.0"} {
		recorder := harness.Run(t, harness.Program(clusterautoscaler.New, "autoscaler", tagged(tag)))
		assert.Equal(t, map[string]any{"tag": tag}, released(t, recorder).Prop("values.image"))
	}
}

func TestStatementsScaleOnlyOneCluster(t *testing.T) {
	t.Parallel()
	written := make(chan string, 1)
	harness.Run(t, func(*pulumi.Context) error {
		iampolicy.Document(clusterautoscaler.Statements("aws-cn", pulumi.String("mlops-test"))...).ApplyT(func(text string) string {
			select {
			case written <- text:
			default: // the program runs twice
			}
			return text
		})
		return nil
	})
	assert.JSONEq(t, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Discover", "Effect": "Allow", "Action": [
			"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances",
			"autoscaling:DescribeLaunchConfigurations", "autoscaling:DescribeScalingActivities", "autoscaling:DescribeTags",
			"ec2:DescribeImages", "ec2:DescribeInstanceTypes", "ec2:DescribeLaunchTemplateVersions",
			"ec2:GetInstanceTypesFromInstanceRequirements"
		], "Resource": ["*"]},
		{"Sid": "ReadNodeGroups", "Effect": "Allow", "Action": ["eks:DescribeNodegroup"],
			"Resource": ["arn:aws-cn:eks:*:*:nodegroup/mlops-test/*/*"]},
		{"Sid": "Scale", "Effect": "Allow",
			"Action": ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
			"Resource": ["arn:aws-cn:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*"],
			"Condition": {"StringEquals": {"aws:ResourceTag/eks:cluster-name": ["mlops-test"]}}}
	]}`, <-written)
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &clusterautoscaler.ClusterAutoscaler{}, clusterautoscaler.Args{}, clusterautoscaler.Token)
}

// An autoscaler and the identity with which it starts nodes.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		name := pulumi.String("mlops-dev")
		identity, err := workloadidentity.New(ctx, "autoscaler-identity", &workloadidentity.Args{
			ClusterName:    name,
			Namespace:      clusterautoscaler.DefaultNamespace,
			ServiceAccount: clusterautoscaler.ServiceAccount,
			Statements:     clusterautoscaler.Statements("aws", name),
		})
		if err != nil {
			return err
		}
		_, err = clusterautoscaler.New(ctx, "autoscaler", &clusterautoscaler.Args{
			ClusterName: name,
			Region:      "eu-west-1",
			DependsOn:   identity.Ready(),
		})
		return err
	})
	// Output:
	// mlops:index:ClusterAutoscaler autoscaler
	//   kubernetes:helm.sh/v3:Release autoscaler-release
	// mlops:index:WorkloadIdentity autoscaler-identity
	//   aws:eks/podIdentityAssociation:PodIdentityAssociation autoscaler-identity-association
	//   aws:iam/role:Role autoscaler-identity-role
	//   aws:iam/rolePolicy:RolePolicy autoscaler-identity-policy
}
