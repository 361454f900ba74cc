package tenant_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/tenant"
)

// The parts of the policies below that are the same in each.
const (
	imagesBefore = "request.operation == 'UPDATE' ? oldObject.spec.containers.map(c, c.image)" +
		" + (has(oldObject.spec.initContainers) ? oldObject.spec.initContainers.map(c, c.image) : [])" +
		" + (has(oldObject.spec.ephemeralContainers) ? oldObject.spec.ephemeralContainers.map(c, c.image) : []) : []"
	imagesNew = "(object.spec.containers.map(c, c.image)" +
		" + (has(object.spec.initContainers) ? object.spec.initContainers.map(c, c.image) : [])" +
		" + (has(object.spec.ephemeralContainers) ? object.spec.ephemeralContainers.map(c, c.image) : []))" +
		".filter(image, !(image in variables.before))"
	imagesForeign = "variables.images.filter(image, !(variables.own + variables.opened).exists(repository, " +
		"image.startsWith(repository) && image.substring(size(repository))" +
		".matches('^' + (repository.endsWith('/') ? '[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*' : '')" +
		" + '(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$')))"
)

var ownImages = map[string]any{
	"expression":        "size(variables.foreign) == 0",
	"message":           "tenant tenant-a runs images of its own repositories only",
	"messageExpression": "'tenant tenant-a runs images of its own repositories only, and not ' + variables.foreign.join(', ')",
	"reason":            "Forbidden",
}

// imagesSpec is the policy in whole but for the repositories, and for rules on top.
func imagesSpec(own, opened string, more ...any) map[string]any {
	variable := func(name, expression string) any { return map[string]any{"name": name, "expression": expression} }
	return map[string]any{
		"failurePolicy": "Fail",
		"matchConstraints": map[string]any{"resourceRules": []any{map[string]any{
			"apiGroups": []any{""}, "apiVersions": []any{"v1"}, "operations": []any{"CREATE", "UPDATE"},
			"resources": []any{"pods", "pods/ephemeralcontainers"},
		}}},
		"variables": []any{
			variable("before", imagesBefore), variable("images", imagesNew),
			variable("own", own), variable("opened", opened), variable("foreign", imagesForeign),
		},
		"validations": append([]any{ownImages}, more...),
	}
}

// Proves I3 by Pulumi mocks: a tenant runs images of its own repositories, of those the
// stack opens to it, and no others.
func TestImages(t *testing.T) {
	t.Parallel()
	r := run(t, valid.Tenant())
	policy := r.One(t, imagesType, "t-images")
	assert.Equal(t, "images.tenant-a.mlops.io", policy.Prop("metadata.name"))
	assert.Equal(t, imagesSpec("['registry.example.com/inference']", "[]"), policy.Prop("spec"))
	binding := r.One(t, imagesBinding, "t-images-binding")
	assert.Equal(t, "images.tenant-a.mlops.io", binding.Prop("metadata.name"))
	assert.Equal(t, map[string]any{
		"policyName": "images.tenant-a.mlops.io", "validationActions": []any{"Deny"},
		"matchResources": map[string]any{"namespaceSelector": map[string]any{
			"matchLabels": map[string]any{"kubernetes.io/metadata.name": "tenant-a"},
		}},
	}, binding.Prop("spec"))

	full := valid.FullTenant()
	full.Image = pulumi.String("localhost:5000/serving@" + aDigest)
	full.Training.Image = pulumi.String("registry.example.com:5000/trainer:2@" + aDigest)
	full.Admission.RequireDigests = true
	assert.Equal(t, imagesSpec(
		"['localhost:5000/serving', 'registry.example.com/inference', 'registry.example.com/training', 'registry.example.com:5000/trainer']",
		"['ghcr.io/example/proxy', 'ghcr.io/example/sidecars/']",
		map[string]any{
			"expression":        "size(variables.images.filter(image, !image.matches('@sha256:[0-9a-f]{64}$'))) == 0",
			"message":           "images are named by their digest in this cluster",
			"messageExpression": "'images are named by their digest in this cluster, unlike ' + variables.images.filter(image, !image.matches('@sha256:[0-9a-f]{64}$')).join(', ')",
			"reason":            "Forbidden",
		}), run(t, full).One(t, imagesType, "t-images").Prop("spec"))
}

const aDigest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestWrongAdmission(t *testing.T) {
	t.Parallel()
	args := valid.Tenant()
	args.Admission = spec.Admission{Repositories: []string{"ghcr.io/example/x:1"}, RequireDigests: true}
	args.Repositories = pulumi.StringArray{pulumi.String("registry.example.com/a"), pulumi.String("registry.example.com/b:1")}
	args.Training = &tenant.Training{Image: pulumi.String("registry.example.com/c:1")}
	assert.EqualError(t, newErr(t, args), `tenant "t": 4 errors:
  admission.repositories[0]: Invalid value: "ghcr.io/example/x:1": must be a repository with the host of its registry and without a tag, `+
		`such as "ghcr.io/example/sidecar", or end in "/" for all below it; docker.io/ is everybody's
  image: Invalid value: "registry.example.com/inference:1.0.0": must name a digest, because of admission.requireDigests
  repositories[1]: Invalid value: "registry.example.com/b:1": must be a repository of images, without a tag
  training.image: Invalid value: "registry.example.com/c:1": must name a digest, because of admission.requireDigests`)
	args.Training.Image = nil
	assert.ErrorContains(t, newErr(t, args), `tenant "t": 3 errors:`)
}
