package registry_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const (
	typeRepository = "aws:ecr/repository:Repository"
	typeLifecycle  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	typePolicy     = "aws:ecr/repositoryPolicy:RepositoryPolicy"
	typeKey        = "aws:kms/key:Key"
	typeAlias      = "aws:kms/alias:Alias"

	keyARN = "arn:aws:kms:eu-west-1:111111111111:images-key"
)

func build(t *testing.T, args *registry.Args) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := registry.New(ctx, "images", args)
		return err
	})
}

func TestBuildsExactlyThis(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Registry())
	got := map[string][]string{}
	for _, r := range record.Resources() {
		got[r.Type] = append(got[r.Type], r.Name)
		if r.Type == registry.Token {
			continue
		}
		assert.Equal(t, registry.Token, r.ParentType, "parent of %s %s", r.Type, r.Name)
		assert.Equal(t, "images", r.ParentName, "parent of %s %s", r.Type, r.Name)
	}
	assert.Equal(t, map[string][]string{
		registry.Token: {"images"},
		typeKey:        {"images-key"},
		typeAlias:      {"images-key"},
		typeRepository: {"images-inference", "images-training/base"},
		typeLifecycle:  {"images-inference-lifecycle", "images-training/base-lifecycle"},
		typePolicy:     {"images-inference-pull", "images-training/base-pull"},
	}, got)
	assert.Empty(t, record.Invokes())
}

func TestEveryTaggableResourceCarriesTheTags(t *testing.T) {
	t.Parallel()
	args := valid.Registry()
	names := map[string]any{
		"images-key": "images", "images-inference": "mlops-test/inference", "images-training/base": "mlops-test/training/base",
	}
	taggable := 0
	for _, r := range build(t, args).Resources() {
		if r.Type != typeKey && r.Type != typeRepository {
			continue
		}
		taggable++
		want := map[string]any{"Name": names[r.Name]}
		for key, value := range args.Tags {
			want[key] = value
		}
		assert.Equal(t, want, r.Prop("tags"), "%s %s", r.Type, r.Name)
	}
	assert.Equal(t, 3, taggable)
}

func TestRepository(t *testing.T) {
	t.Parallel()
	repository := build(t, valid.Registry()).One(t, typeRepository, "images-training/base")
	assert.Equal(t, "mlops-test/training/base", repository.Prop("name"))
	assert.Equal(t, "IMMUTABLE", repository.Prop("imageTagMutability"))
	assert.Equal(t, true, repository.Prop("imageScanningConfiguration.scanOnPush"))
	assert.Equal(t, []any{map[string]any{"encryptionType": "KMS", "kmsKey": keyARN}}, repository.Prop("encryptionConfigurations"))
	assert.Equal(t, false, repository.Prop("forceDelete"))

	args := valid.Registry()
	args.Prefix, args.ForceDelete = "", true
	repository = build(t, args).One(t, typeRepository, "images-training/base")
	assert.Equal(t, "training/base", repository.Prop("name"))
	assert.Equal(t, true, repository.Prop("forceDelete"))
}

func TestKey(t *testing.T) {
	t.Parallel()
	args := valid.Registry()
	args.Partition = "aws-cn"
	record := build(t, args)
	key := record.One(t, typeKey, "images-key")
	assert.Equal(t, true, key.Prop("enableKeyRotation"))
	assert.InDelta(t, 30, key.Prop("deletionWindowInDays"), 0)
	assert.Equal(t, "images-key-id", record.One(t, typeAlias, "images-key").Prop("targetKeyId"))
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Sid": "AccountAdministers", "Effect": "Allow", "Action": []any{"kms:*"}, "Resource": []any{"*"},
			"Principal": map[string]any{"AWS": []any{"arn:aws-cn:iam::111111111111:root"}},
		}},
	}, pulumitest.Document(t, key, "policy"))
}

func TestProtect(t *testing.T) {
	t.Parallel()
	for _, protect := range []bool{false, true} {
		args := valid.Registry()
		args.Protect, args.RetainOnDelete = protect, protect
		var protected []string
		for _, r := range build(t, args).Resources() {
			assert.Equal(t, r.Protect, r.RetainOnDelete, r.Name)
			if r.Protect {
				protected = append(protected, r.Name)
			}
		}
		if protect {
			assert.Equal(t, []string{"images-inference", "images-training/base", "images-key"}, protected)
		} else {
			assert.Empty(t, protected)
		}
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                             string
		keep, untagged                   int
		wantKeep, wantUntagged           float64
		keepDescribed, untaggedDescribed string
	}{
		{"defaults", 0, 0, 30, 7, "keep the newest 30 images", "expire untagged images after 7 days"},
		{"given", 100, 3, 100, 3, "keep the newest 100 images", "expire untagged images after 3 days"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := valid.Registry()
			args.KeepImages, args.UntaggedDays = test.keep, test.untagged
			policy := build(t, args).One(t, typeLifecycle, "images-inference-lifecycle")
			assert.Equal(t, "mlops-test/inference", policy.Prop("repository"))
			expire := map[string]any{"type": "expire"}
			assert.Equal(t, map[string]any{"rules": []any{
				map[string]any{
					"rulePriority": 1.0, "description": test.untaggedDescribed, "action": expire,
					"selection": map[string]any{
						"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": test.wantUntagged,
					},
				},
				map[string]any{
					"rulePriority": 2.0, "description": test.keepDescribed, "action": expire,
					"selection": map[string]any{
						"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": test.wantKeep,
					},
				},
			}}, pulumitest.Document(t, policy, "policy"))
		})
	}
}

func TestPullPolicy(t *testing.T) {
	t.Parallel()
	const namespace = "aws:PrincipalTag/kubernetes-namespace"
	pull := []any{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	roles := map[string]any{
		"Sid": "NamedRolesPull", "Effect": "Allow", "Action": pull,
		"Principal": map[string]any{"AWS": []any{"arn:aws:iam::111111111111:role/node"}},
	}
	tenants := map[string]any{
		"Sid": "NamedTenantsPull", "Effect": "Allow", "Action": pull,
		"Principal": map[string]any{"AWS": []any{"arn:aws:iam::111111111111:root"}},
		"Condition": map[string]any{"StringEquals": map[string]any{namespace: []any{"vision", "nlp"}}},
	}
	denied := func(condition map[string]any) map[string]any {
		return map[string]any{
			"Sid": "OtherTenantsDoNot", "Effect": "Deny", "Action": pull, "Principal": "*", "Condition": condition,
		}
	}
	hasNamespace := map[string]any{namespace: []any{"false"}}
	others := denied(map[string]any{
		"Null": hasNamespace, "StringNotEquals": map[string]any{namespace: []any{"vision", "nlp"}},
	})
	everyone := denied(map[string]any{"Null": hasNamespace})
	tests := []struct {
		name, policy string
		principals   []pulumi.StringInput
		want         []any
	}{
		{"roles and tenants", "images-inference-pull", valid.Registry().PullPrincipalARNs, []any{roles, tenants, others}},
		{"tenants only", "images-inference-pull", nil, []any{tenants, others}},
		{"roles only", "images-training/base-pull", valid.Registry().PullPrincipalARNs, []any{roles, everyone}},
		{"nobody", "images-training/base-pull", nil, []any{everyone}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := valid.Registry()
			args.PullPrincipalARNs = test.principals
			policy := build(t, args).One(t, typePolicy, test.policy)
			assert.Equal(t, map[string]any{"Version": "2012-10-17", "Statement": test.want}, pulumitest.Document(t, policy, "policy"))
		})
	}
}

func TestRef(t *testing.T) {
	t.Parallel()
	url := func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{"repositoryUrl": resource.NewStringProperty("example.com/" + name)}
	}
	var got map[string]any
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		r, err := registry.New(ctx, "images", valid.Registry())
		if err != nil {
			return err
		}
		r.Ref().Outputs().ToMapOutput().ApplyT(func(values map[string]any) error {
			got = values
			return nil
		})
		return nil
	}, pulumitest.WithOutputs(typeRepository, url))
	assert.Equal(t, map[string]any{
		"repositoryUrls": map[string]string{
			"inference": "example.com/images-inference", "training/base": "example.com/images-training/base",
		},
		"repositoryArns": map[string]string{
			"inference":     "arn:aws:ecr:eu-west-1:111111111111:images-inference",
			"training/base": "arn:aws:ecr:eu-west-1:111111111111:images-training/base",
		},
		"keyArn": keyARN,
	}, got)
}

func TestLeavesArgsAlone(t *testing.T) {
	t.Parallel()
	args := valid.Registry()
	build(t, args)
	assert.Equal(t, valid.Registry(), args)
}
