package tenant

import (
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/admissionregistration/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// What follows the repository in an image: a tag, a digest, or both. An image of
// "host/a" is none of "host/ab", and "name:5000/b" is no image of "name". Below a
// repository that ends in "/" there are names before that.
const (
	version = `(:` + spec.TagPattern + `)?(@` + spec.DigestPattern + `)?$`
	digest  = `@` + spec.DigestPattern + `$`
)

// foreign is the CEL expression of the images that are of none of the repositories.
const foreign = "variables.images.filter(image, !(variables.own + variables.opened).exists(repository, " +
	"image.startsWith(repository) && image.substring(size(repository))" +
	".matches('^' + (repository.endsWith('/') ? '" + spec.PathPattern + "' : '') + '" + version + "')))"

// imagesName is the ValidatingAdmissionPolicy of a tenant, and its binding.
func imagesName(tenant string) string { return "images." + tenant + ".mlops.io" }

// createAdmission makes the API server refuse pods with images that are not the
// tenant's: kubelets pull whatever the node may pull, and that is every repository.
func (b *builder) createAdmission() ([]pulumi.Resource, error) {
	meta := metav1.ObjectMetaArgs{Name: pulumi.String(imagesName(b.in.Name)), Labels: pulumi.ToStringMap(b.labels("admission"))}
	policy, err := admissionregistrationv1.NewValidatingAdmissionPolicy(b.ctx, b.name+"-images", &admissionregistrationv1.ValidatingAdmissionPolicyArgs{
		Metadata: meta,
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpecArgs{
			FailurePolicy: pulumi.String("Fail"),
			MatchConstraints: admissionregistrationv1.MatchResourcesArgs{ResourceRules: admissionregistrationv1.NamedRuleWithOperationsArray{
				admissionregistrationv1.NamedRuleWithOperationsArgs{
					ApiGroups: pulumi.ToStringArray([]string{""}), ApiVersions: pulumi.ToStringArray([]string{"v1"}),
					Operations: pulumi.ToStringArray([]string{"CREATE", "UPDATE"}),
					Resources:  pulumi.ToStringArray([]string{"pods", "pods/ephemeralcontainers"}),
				},
			}},
			Variables:   b.imageVariables(),
			Validations: b.imageValidations(),
		},
	}, b.outside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the policy of images: %w", err)
	}
	binding, err := admissionregistrationv1.NewValidatingAdmissionPolicyBinding(b.ctx, b.name+"-images-binding", &admissionregistrationv1.ValidatingAdmissionPolicyBindingArgs{
		Metadata: meta,
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpecArgs{
			PolicyName:        policy.Metadata.Name().Elem(),
			ValidationActions: pulumi.ToStringArray([]string{"Deny"}),
			MatchResources:    admissionregistrationv1.MatchResourcesArgs{NamespaceSelector: netpolicy.Namespace(b.in.Name)},
		},
	}, b.outside()...)
	if err != nil {
		return nil, fmt.Errorf("binding the policy of images: %w", err)
	}
	return []pulumi.Resource{policy, binding}, nil
}

// imageVariables are the images that an object has and the one before it had not: a pod
// that runs can be labelled, and ended, whatever was allowed when it was made. Among
// them are those of no repository of the tenant, and of none that is open to everybody.
func (b *builder) imageVariables() admissionregistrationv1.VariableArray {
	variable := func(name string, expression pulumi.StringInput) admissionregistrationv1.VariableArgs {
		return admissionregistrationv1.VariableArgs{Name: pulumi.String(name), Expression: expression}
	}
	return admissionregistrationv1.VariableArray{
		variable("before", pulumi.String("request.operation == 'UPDATE' ? "+imagesOf("oldObject")+" : []")),
		variable("images", pulumi.String("("+imagesOf("object")+").filter(image, !(image in variables.before))")),
		variable("own", b.repositories()),
		variable("opened", pulumi.String(list(b.in.Admission.Repositories))),
		variable("foreign", pulumi.String(foreign)),
	}
}

// imagesOf is the CEL expression of the images of all containers of a pod.
func imagesOf(object string) string {
	parts := []string{object + ".spec.containers.map(c, c.image)"}
	for _, key := range []string{"initContainers", "ephemeralContainers"} {
		list := object + ".spec." + key
		parts = append(parts, "(has("+list+") ? "+list+".map(c, c.image) : [])")
	}
	return strings.Join(parts, " + ")
}

// repositories are those whose images the tenant may run, as a CEL expression.
func (b *builder) repositories() pulumi.StringOutput {
	images := pulumi.StringArray{b.in.Image}
	if b.in.Training != nil {
		images = append(images, b.in.Training.Image)
	}
	return pulumi.All(images.ToStringArrayOutput(), b.in.Repositories.ToStringArrayOutput()).ApplyT(
		func(parts []any) string {
			all := slices.Clone(parts[1].([]string))
			for _, image := range parts[0].([]string) {
				all = append(all, spec.RepositoryOf(image))
			}
			return list(all)
		}).(pulumi.StringOutput)
}

// list is the CEL expression of a list of repositories, sorted and each once. Nothing in
// a repository needs an escape.
func list(repositories []string) string {
	quoted := make([]string, 0, len(repositories))
	for _, repository := range repositories {
		quoted = append(quoted, "'"+repository+"'")
	}
	slices.Sort(quoted)
	return "[" + strings.Join(slices.Compact(quoted), ", ") + "]"
}

func (b *builder) imageValidations() admissionregistrationv1.ValidationArray {
	refuse := func(expression, message, rule string) admissionregistrationv1.ValidationArgs {
		return admissionregistrationv1.ValidationArgs{
			Expression: pulumi.String("size(" + expression + ") == 0"), Message: pulumi.String(rule),
			MessageExpression: pulumi.String(message + " + " + expression + ".join(', ')"), Reason: pulumi.String("Forbidden"),
		}
	}
	rule := "tenant " + b.in.Name + " runs images of its own repositories only"
	rules := admissionregistrationv1.ValidationArray{refuse("variables.foreign", "'"+rule+", and not '", rule)}
	if b.in.Admission.RequireDigests {
		rule := "images are named by their digest in this cluster"
		rules = append(rules, refuse("variables.images.filter(image, !image.matches('"+digest+"'))", "'"+rule+", unlike '", rule))
	}
	return rules
}
