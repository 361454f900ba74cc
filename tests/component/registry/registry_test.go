package registry_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

const (
	typeRepository = "aws:ecr/repository:Repository"
	typeLifecycle  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	typePolicy     = "aws:ecr/repositoryPolicy:RepositoryPolicy"
	typeKey        = "aws:kms/key:Key"
	typeAlias      = "aws:kms/alias:Alias"

	keyARN = "arn:aws:kms:eu-west-1:111111111111:images-key"
)

func build(t *testing.T, args *registry.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(registry.New, "images", args))
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
	}, harness.Document(t, key, "policy"))
}

// Proves C5 by Pulumi mocks: the key of images stays with its alias unless the repositories go
// with all they hold.
func TestC5TheKeyOutlivesTheImages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ force, retain, kept bool }{
		{false, false, true}, {false, true, true}, {true, true, true}, {true, false, false},
	} {
		args := valid.Registry()
		args.ForceDelete, args.RetainOnDelete = test.force, test.retain
		record := build(t, args)
		assert.Equal(t, test.kept, record.One(t, typeKey, "images-key").RetainOnDelete, "%+v", test)
		assert.Equal(t, test.kept, record.One(t, typeAlias, "images-key").RetainOnDelete, "%+v", test)
	}
}

func TestProtect(t *testing.T) {
	t.Parallel()
	for _, protect := range []bool{false, true} {
		args := valid.Registry()
		args.Protect, args.RetainOnDelete = protect, protect
		var protected []string
		for _, r := range build(t, args).Resources() {
			if r.Type == typeRepository {
				assert.Equal(t, r.Protect, r.RetainOnDelete, r.Name)
			}
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
	for name, test := range map[string]struct {
		keep, untagged int
		prefix         string
		want           []any
	}{
		"defaults": {0, 0, "", lifecycleRules("release-", 7, 30)},
		"given":    {100, 3, "v", lifecycleRules("v", 3, 100)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.Registry()
			args.KeepImages, args.UntaggedDays, args.ProtectedTagPrefix = test.keep, test.untagged, test.prefix
			policy := build(t, args).One(t, typeLifecycle, "images-inference-lifecycle")
			assert.Equal(t, "mlops-test/inference", policy.Prop("repository"))
			assert.Equal(t, map[string]any{"rules": test.want}, harness.Document(t, policy, "policy"))
		})
	}
}

func lifecycleRules(prefix string, days, keep float64) []any {
	rule := func(priority float64, description string, selection map[string]any) any {
		return map[string]any{
			"rulePriority": priority, "description": description, "selection": selection, "action": map[string]any{"type": "expire"},
		}
	}
	return []any{
		rule(1, "keep images tagged "+prefix+"*", map[string]any{
			"tagStatus": "tagged", "tagPrefixList": []any{prefix}, "countType": "imageCountMoreThan", "countNumber": 10000.0,
		}),
		rule(2, fmt.Sprintf("expire untagged images after %v days", days), map[string]any{
			"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days,
		}),
		rule(3, fmt.Sprintf("keep the newest %v images", keep), map[string]any{
			"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep,
		}),
	}
}

// Proves C12 by Pulumi mocks: an image with a protected tag outlives any number of builds, by
// ECR's rule that an image with the tags of a rule is out of reach of the later ones; the builds do not.
func TestC12AReleasedImageOutlivesBuilds(t *testing.T) {
	t.Parallel()
	args := valid.Registry()
	args.KeepImages = 3
	policy := build(t, args).One(t, typeLifecycle, "images-inference-lifecycle")
	// The newest first.
	images := [][]string{{"c6"}, {"c5"}, {"c4"}, {"c3"}, {"1.1.0", "release-1.1.0"}, {"c2"}, {"1.0.0", "release-1.0.0"}, {"c1"}}
	assert.Equal(t, [][]string{{"c3"}, {"c2"}, {"c1"}}, expired(t, policy, images))
}

// expired applies the rules on tagged images in the order of their priority.
func expired(t *testing.T, policy harness.Resource, images [][]string) [][]string {
	t.Helper()
	rules, _ := harness.Document(t, policy, "policy")["rules"].([]any)
	settled := make([]bool, len(images))
	var gone [][]string
	for _, rule := range rules {
		selection := rule.(map[string]any)["selection"].(map[string]any)
		prefixes, _ := selection["tagPrefixList"].([]any)
		if selection["tagStatus"] == "untagged" {
			continue
		}
		counted := 0.0
		for i, tags := range images {
			if len(prefixes) > 0 && !slices.ContainsFunc(tags, func(tag string) bool { return strings.HasPrefix(tag, prefixes[0].(string)) }) {
				continue
			}
			counted++
			if !settled[i] && counted > selection["countNumber"].(float64) {
				gone = append(gone, tags)
			}
			settled[i] = true
		}
	}
	return gone
}

// Proves C12 by the document check: what the workflow releases has a protected tag of every stack
// that says nothing else.
func TestC12TheWorkflowReleasesUnderTheProtectedPrefix(t *testing.T) {
	t.Parallel()
	workflow, err := os.ReadFile("../../../.github/workflows/inference-image.yml")
	require.NoError(t, err)
	assert.Contains(t, string(workflow), `images push --base static --tag "`+spec.DefaultProtectedTagPrefix+`$VERSION" "$REFERENCE"`)
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
			assert.Equal(t, map[string]any{"Version": "2012-10-17", "Statement": test.want}, harness.Document(t, policy, "policy"))
		})
	}
}

func TestRef(t *testing.T) {
	t.Parallel()
	url := func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{"repositoryUrl": resource.NewStringProperty("example.com/" + name)}
	}
	var got map[string]any
	harness.Run(t, func(ctx *pulumi.Context) error {
		r, err := registry.New(ctx, "images", valid.Registry())
		if err != nil {
			return err
		}
		r.Ref().Outputs().ToMapOutput().ApplyT(func(values map[string]any) error {
			got = values
			return nil
		})
		return nil
	}, harness.WithOutputs(typeRepository, url))
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
