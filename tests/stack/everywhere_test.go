package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/harness"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
	validregistry "github.com/mlops-iac/mlops/tests/harness/valid/registry"
	validstack "github.com/mlops-iac/mlops/tests/harness/valid/stack"
)

// providers are the references resources carry. In a preview nothing has an id
// yet, and providers get a placeholder for it.
const (
	awsProvider        = "pulumi:providers:aws::aws::"
	kubernetesProvider = "pulumi:providers:kubernetes::kubernetes::"
)

// A stack on AWS asks for its node groups, and learns here that there is no cluster.
// An update asks for the images of the tenants too: that of both, which train with it.
func TestNothingElseIsLookedUp(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		for mode := range modes {
			record := recorded(t, stack, mode)
			want := []string{}
			if stack != localStack {
				want = append(want, validnodegroup.ClustersLookup)
			}
			if mode == "up" && stack != localStack {
				want = append(want, validregistry.ImageLookup, validregistry.ImageLookup)
			}
			assert.ElementsMatch(t, want, record.Invokes(), "%s %s", stack, mode)
			assert.Greater(t, len(record.Resources()), 90, "this is not the platform")
		}
	}
}

func TestGuardHasNothingToSay(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		in := parse(t, stack)
		report := guard.Evaluate(record.GuardResources(), platform.Exemptions(in), platform.GuardOptions(in))
		require.NoError(t, report.Err())
		assert.Empty(t, report.Violations)
		assert.Empty(t, report.StaleExemptions)
		assert.Equal(t, len(record.Resources()), report.Checked)
	})
}

func TestAViolationIsReported(t *testing.T) {
	t.Parallel()
	for mode, options := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			program := func(ctx *pulumi.Context) error {
				if err := platform.New(platform.Options{})(ctx); err != nil {
					return err
				}
				_, err := ec2.NewSecurityGroup(ctx, "wide-open", &ec2.SecurityGroupArgs{
					Description: pulumi.String("everybody"),
					Tags:        pulumi.ToStringMap(platform.Tags(parse(t, "dev"))),
					Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
						Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(22), ToPort: pulumi.Int(22),
						CidrBlocks: pulumi.ToStringArray([]string{"0.0.0.0/0"}),
					}},
				})
				return err
			}
			record, err := harness.RunErr(program, append(validstack.Configured(t, "dev", tree(t, "dev")), options...)...)
			require.NoError(t, err)
			in := parse(t, "dev")
			report := guard.Evaluate(record.GuardResources(), platform.Exemptions(in), platform.GuardOptions(in))
			var found []guard.Violation
			for _, v := range report.Violations {
				if v.Rule == "MLOPS-NET-001" {
					found = append(found, v)
				}
			}
			require.Len(t, found, 1, "%v", report.Violations)
			assert.Equal(t, "wide-open", found[0].Name)
			assert.Equal(t, "aws:ec2/securityGroup:SecurityGroup", found[0].Type)
			assert.NotEmpty(t, found[0].Fix)
			require.ErrorContains(t, report.Err(), found[0].String())
		})
	}
}

func TestProvidersAreExplicit(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"aws":        {"pulumi:providers:aws aws", "pulumi:providers:kubernetes kubernetes"},
		"kubernetes": {"pulumi:providers:kubernetes kubernetes"},
	}
	everywhere(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		var made []string
		for _, r := range record.Resources() {
			switch {
			case strings.HasPrefix(r.Type, "pulumi:providers:"):
				made = append(made, r.Type+" "+r.Name)
			case r.Custom && strings.HasPrefix(r.Type, "aws:"):
				assert.Contains(t, r.Provider, awsProvider, "%s %s", r.Type, r.Name)
			case r.Custom && strings.HasPrefix(r.Type, "kubernetes:"):
				assert.Contains(t, r.Provider, kubernetesProvider, "%s %s", r.Type, r.Name)
			case r.Type == recordType:
				assert.Empty(t, r.Provider, "%s is the engine's own", r.Name)
			default:
				assert.False(t, r.Custom, "%s %s: neither AWS nor Kubernetes", r.Type, r.Name)
			}
		}
		assert.Equal(t, want[string(parse(t, stack).Substrate)], made)
	})
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		seen := map[string]bool{}
		for _, r := range record.Resources() {
			id := r.Type + " " + r.Name
			assert.False(t, seen[id], id)
			seen[id] = true
			if !strings.HasPrefix(r.Type, "pulumi:providers:") && r.Type != guard.GateToken && r.Type != recordType {
				assert.True(t, strings.HasPrefix(r.Name, "mlops-"+stack+"-"), "%s: another stack could have the same name", id)
			}
		}
	})
}

// untaggable are the types to which AWS gives no tags, and tags themselves.
func untaggable() []string {
	return []string{
		"aws:autoscaling/tag:Tag",
		"aws:cloudwatch/logMetricFilter:LogMetricFilter",
		"aws:cloudwatch/queryDefinition:QueryDefinition",
		"aws:ec2/route:Route",
		"aws:ec2/routeTableAssociation:RouteTableAssociation",
		"aws:ecr/lifecyclePolicy:LifecyclePolicy",
		"aws:ecr/repositoryPolicy:RepositoryPolicy",
		"aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
		"aws:iam/rolePolicy:RolePolicy",
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment",
		"aws:kms/alias:Alias",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		"aws:s3/bucketLoggingV2:BucketLoggingV2",
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		"aws:s3/bucketPolicy:BucketPolicy",
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		"aws:s3/bucketVersioningV2:BucketVersioningV2",
	}
}

// sleeps says whether a stack has node groups with off-hours.
func sleeps(s settings.Platform) bool {
	for _, group := range s.NodeGroups {
		if group.Schedule != nil && group.Schedule.Enabled {
			return true
		}
	}
	return false
}

func TestEverythingIsTagged(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		want := map[string]string{
			"project": "mlops", "environment": stack, "owner": "ml-platform", "cost-center": "ml-" + stack, "managed-by": "pulumi",
		}
		bare := map[string]bool{}
		for _, r := range record.Resources() {
			if !strings.HasPrefix(r.Type, "aws:") && r.Type != "eks:index:Cluster" {
				continue
			}
			tags, tagged := r.Prop("tags").(map[string]any)
			if !tagged {
				bare[r.Type] = true
				continue
			}
			for key, value := range want {
				assert.Equal(t, value, tags[key], "%s %s: %s", r.Type, r.Name, key)
			}
		}
		without := untaggable()
		if sleeps(parse(t, stack)) {
			without = append(without, "aws:autoscaling/schedule:Schedule")
		}
		for token := range bare {
			assert.Contains(t, without, token)
		}
		for _, token := range without {
			assert.True(t, bare[token], "%s is in the list without need", token)
		}
	})
}

// TestWhatVanishesWithTheCluster checks which components are not deleted piece
// by piece with the cluster. Those that own load balancers, which live outside
// of it, are taken apart while it still runs.
func TestWhatVanishesWithTheCluster(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		vanishing := []string{
			"mlops:index:StorageClass", "mlops:index:ClusterAutoscaler", "mlops:index:NvidiaDevicePlugin",
			"mlops:index:Monitoring", "mlops:index:OpenCost", "mlops:index:FluentBit", "mlops:index:MetadataStoreAccount", "mlops:index:Tenant",
		}
		control := urn(stack, "mlops:index:Cluster$eks:index:Cluster", "mlops-"+stack+"-cluster-control-plane")
		checked := map[string]bool{}
		for _, r := range record.Resources() {
			if r.Custom || r.ParentName != "" {
				continue
			}
			want := ""
			if slices.Contains(vanishing, r.Type) && !ownsIngress(record, r.Name) {
				want = control
			}
			assert.Equal(t, want, r.DeletedWith, "%s %s", r.Type, r.Name)
			checked[r.Type] = true
		}
		for _, token := range append(vanishing, "mlops:index:LoadBalancerController") {
			assert.True(t, checked[token], token)
		}
	})
	assert.True(t, ownsIngress(recorded(t, "prod", "up"), "mlops-prod-tenant-tenant-a"), "no stack shows the exception")
}

func ownsIngress(record *harness.Recorder, component string) bool {
	return slices.ContainsFunc(record.OfType(ingressType), func(r harness.Resource) bool {
		return r.ParentName == component
	})
}

func urn(stack, types, name string) string {
	return "urn:pulumi:" + stack + "::" + harness.Project + "::" + types + "::" + name
}
