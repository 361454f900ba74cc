package workloadidentity_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/workloadidentity"
)

const (
	roleType        = "aws:iam/role:Role"
	policyType      = "aws:iam/rolePolicy:RolePolicy"
	attachmentType  = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	associationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

	roleARN = "arn:aws:iam:eu-west-1:111111111111:id-role"
)

func run(t *testing.T, args *workloadidentity.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(workloadidentity.New, "id", args))
}

func TestPodIdentity(t *testing.T) {
	t.Parallel()
	args := valid.WorkloadIdentity()
	args.ManagedPolicyARNs = []string{"arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"}
	record := run(t, args)

	role := record.One(t, roleType, "id-role")
	assert.EqualValues(t, 3600, role.Prop("maxSessionDuration"))
	assert.Nil(t, role.Prop("permissionsBoundary"))
	assert.Nil(t, role.Prop("inlinePolicies"))
	assert.Equal(t, []any{map[string]any{
		"Sid": "PodIdentity", "Effect": "Allow",
		"Principal": map[string]any{"Service": []any{"pods.eks.amazonaws.com"}},
		"Action":    []any{"sts:AssumeRole", "sts:TagSession"},
		"Condition": map[string]any{"StringEquals": map[string]any{
			"aws:SourceAccount":                         []any{"111111111111"},
			"aws:RequestTag/eks-cluster-name":           []any{"cluster"},
			"aws:RequestTag/kubernetes-namespace":       []any{"monitoring"},
			"aws:RequestTag/kubernetes-service-account": []any{"loki"},
		}},
	}}, statements(t, role.Prop("assumeRolePolicy")))

	policy := record.One(t, policyType, "id-policy")
	assert.Equal(t, "id-role", policy.Prop("role"))
	assert.Equal(t, []any{map[string]any{
		"Sid": "ReadLogs", "Effect": "Allow", "Action": []any{"s3:GetObject"}, "Resource": []any{"arn:aws:s3:::logs/*"},
	}}, statements(t, policy.Prop("policy")))
	attachment := record.One(t, attachmentType, "id-AmazonEBSCSIDriverPolicy")
	assert.Equal(t, args.ManagedPolicyARNs[0], attachment.Prop("policyArn"))
	assert.Equal(t, "id-role", attachment.Prop("role"))

	association := record.One(t, associationType, "id-association")
	assert.Equal(t, "cluster", association.Prop("clusterName"))
	assert.Equal(t, "monitoring", association.Prop("namespace"))
	assert.Equal(t, "loki", association.Prop("serviceAccount"))
	assert.Equal(t, roleARN, association.Prop("roleArn"))
	for _, permission := range []string{"id-policy", "id-AmazonEBSCSIDriverPolicy"} {
		assert.True(t, slices.ContainsFunc(association.DependsOn, func(urn string) bool {
			return strings.HasSuffix(urn, "::"+permission)
		}), "the association must wait for %s", permission)
	}
	assert.Empty(t, record.Invokes())
}

func TestTrustConditions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*workloadidentity.Args)
		want   map[string]any
	}{
		"no account": {
			change: func(a *workloadidentity.Args) { a.AccountID = "" },
			want: map[string]any{
				"aws:RequestTag/eks-cluster-name":           []any{"cluster"},
				"aws:RequestTag/kubernetes-namespace":       []any{"monitoring"},
				"aws:RequestTag/kubernetes-service-account": []any{"loki"},
			},
		},
		"cluster ARN": {
			change: func(a *workloadidentity.Args) {
				a.AccountID, a.ClusterARN = "", pulumi.String("arn:aws:eks:eu-west-1:111111111111:cluster/cluster")
			},
			want: map[string]any{
				"aws:RequestTag/eks-cluster-name":           []any{"cluster"},
				"aws:RequestTag/eks-cluster-arn":            []any{"arn:aws:eks:eu-west-1:111111111111:cluster/cluster"},
				"aws:RequestTag/kubernetes-namespace":       []any{"monitoring"},
				"aws:RequestTag/kubernetes-service-account": []any{"loki"},
			},
		},
		"shared": {
			change: func(a *workloadidentity.Args) { a.Shared, a.Namespace, a.ServiceAccount = true, "", "" },
			want: map[string]any{
				"aws:SourceAccount":               []any{"111111111111"},
				"aws:RequestTag/eks-cluster-name": []any{"cluster"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.WorkloadIdentity()
			test.change(args)
			trust := statements(t, run(t, args).One(t, roleType, "id-role").Prop("assumeRolePolicy"))
			require.Len(t, trust, 1)
			assert.Equal(t, map[string]any{"StringEquals": test.want}, trust[0].(map[string]any)["Condition"])
		})
	}
}

func TestIRSA(t *testing.T) {
	t.Parallel()
	for _, issuer := range []string{
		"https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", "oidc.eks.eu-west-1.amazonaws.com/id/ABC/",
	} {
		args := valid.IRSAWorkloadIdentity()
		args.OIDC.Issuer = pulumi.String(issuer)
		record := run(t, args)
		assert.Equal(t, []any{map[string]any{
			"Sid": "ServiceAccountToken", "Effect": "Allow",
			"Principal": map[string]any{"Federated": []any{
				"arn:aws:iam::111111111111:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC",
			}},
			"Action": []any{"sts:AssumeRoleWithWebIdentity"},
			"Condition": map[string]any{"StringEquals": map[string]any{
				"oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub": []any{"system:serviceaccount:monitoring:loki"},
				"oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud": []any{"sts.amazonaws.com"},
			}},
		}}, statements(t, record.One(t, roleType, "id-role").Prop("assumeRolePolicy")), issuer)
		assert.Empty(t, record.OfType(associationType), "irsa needs an annotation, not an association")
	}
}

func TestSharedRoleHasNoAssociation(t *testing.T) {
	t.Parallel()
	record := run(t, valid.SharedWorkloadIdentity())
	require.Len(t, record.OfType(roleType), 1)
	assert.Empty(t, record.OfType(associationType))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	args := valid.WorkloadIdentity()
	args.MaxSessionDuration, args.PermissionsBoundaryARN = 43200, "arn:aws:iam::111111111111:policy/boundary"
	role := run(t, args).One(t, roleType, "id-role")
	assert.EqualValues(t, 43200, role.Prop("maxSessionDuration"))
	assert.Equal(t, "arn:aws:iam::111111111111:policy/boundary", role.Prop("permissionsBoundary"))
}

func TestManagedPoliciesAlone(t *testing.T) {
	t.Parallel()
	args := valid.WorkloadIdentity()
	args.Statements, args.ManagedPolicyARNs = nil, []string{"arn:aws-cn:iam::aws:policy/ReadOnlyAccess"}
	record := run(t, args)
	assert.Empty(t, record.OfType(policyType), "an empty policy document is refused by IAM")
	assert.Len(t, record.OfType(attachmentType), 1)
}

func TestNamesParentsAndTags(t *testing.T) {
	t.Parallel()
	args := valid.WorkloadIdentity()
	args.ManagedPolicyARNs = []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}
	record := run(t, args)
	component := record.One(t, workloadidentity.Token, "id")
	assert.Equal(t, "podIdentity", component.Prop("mode"))
	assert.Equal(t, "monitoring", component.Prop("namespace"))
	record.AssertChildren(t, component, 4, args.Tags, policyType, attachmentType)
}

func TestRef(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args        *workloadidentity.Args
		annotations map[string]string
	}{
		"pod identity": {valid.WorkloadIdentity(), map[string]string{}},
		"irsa":         {valid.IRSAWorkloadIdentity(), map[string]string{"eks.amazonaws.com/role-arn": roleARN}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lock sync.Mutex
			var got map[string]any
			harness.Run(t, func(ctx *pulumi.Context) error {
				identity, err := workloadidentity.New(ctx, "id", test.args)
				if err != nil {
					return err
				}
				outputs := identity.Ref().Outputs()
				assert.ElementsMatch(t, []string{"roleArn", "roleName", "serviceAccountAnnotations"},
					slices.Collect(maps.Keys(outputs)))
				outputs.ToMapOutput().ApplyT(func(values map[string]any) error {
					lock.Lock()
					defer lock.Unlock()
					got = values
					return nil
				})
				return nil
			})
			lock.Lock()
			defer lock.Unlock()
			assert.Equal(t, map[string]any{
				"roleArn": roleARN, "roleName": "id-role", "serviceAccountAnnotations": test.annotations,
			}, got)
		})
	}
}

func TestCallersArgsAreNotChanged(t *testing.T) {
	t.Parallel()
	args := valid.WorkloadIdentity()
	run(t, args)
	assert.Equal(t, valid.WorkloadIdentity(), args)
}

func statements(t *testing.T, text any) []any {
	t.Helper()
	require.IsType(t, "", text)
	var document struct{ Statement []any }
	require.NoError(t, json.Unmarshal([]byte(text.(string)), &document))
	return document.Statement
}
