package workloadidentity

import (
	"fmt"
	"path"
	"regexp"
	"slices"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// maxNameLength is what IAM's 64 characters leave for the component's name in
// "<name>-role-<7 random characters>".
const maxNameLength = 64 - len("-role") - 8

var policyPattern = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/.+$`)

const policyRule = "must be the ARN of an IAM policy"

// validate checks the plain arguments and reports all errors at once.
func (a *Args) validate(name string) error {
	var list field.ErrorList
	if len(name) > maxNameLength {
		list = append(list, field.TooLong(field.NewPath("name"), name, maxNameLength))
	}
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, a.validateMode()...)
	list = append(list, a.validateSubject()...)
	list = append(list, a.validatePolicies()...)
	if a.AccountID != "" {
		list = append(list, awsenv.CheckAccountID(field.NewPath("accountId"), a.AccountID)...)
	}
	if a.PermissionsBoundaryARN != "" && !policyPattern.MatchString(a.PermissionsBoundaryARN) {
		list = append(list, field.Invalid(field.NewPath("permissionsBoundaryArn"), a.PermissionsBoundaryARN, policyRule))
	}
	if a.MaxSessionDuration < minSessionDuration || a.MaxSessionDuration > maxSessionDuration {
		list = append(list, field.Invalid(field.NewPath("maxSessionDuration"), a.MaxSessionDuration,
			fmt.Sprintf("must be %d to %d seconds", minSessionDuration, maxSessionDuration)))
	}
	return validation.ToError("", list)
}

func (a *Args) validateMode() field.ErrorList {
	switch a.Mode {
	case ModePodIdentity:
		return a.validatePodIdentity()
	case ModeIRSA:
		return a.validateIRSA()
	default:
		return field.ErrorList{field.NotSupported(field.NewPath("mode"), a.Mode, Modes())}
	}
}

func (a *Args) validatePodIdentity() field.ErrorList {
	var list field.ErrorList
	if a.ClusterName == nil {
		list = append(list, field.Required(field.NewPath("clusterName"), "the cluster whose pods may assume the role"))
	}
	if a.OIDC != nil {
		list = append(list, field.Forbidden(field.NewPath("oidc"), "only for mode irsa"))
	}
	return list
}

func (a *Args) validateIRSA() field.ErrorList {
	var list field.ErrorList
	if a.Shared {
		list = append(list, field.Forbidden(field.NewPath("shared"), "an irsa role trusts exactly one service account"))
	}
	provider := field.NewPath("oidc")
	if a.OIDC == nil {
		return append(list, field.Required(provider, "mode irsa trusts the cluster's OIDC provider"))
	}
	if a.OIDC.ProviderARN == nil {
		list = append(list, field.Required(provider.Child("providerArn"), "the IAM OIDC provider"))
	}
	if a.OIDC.Issuer == nil {
		list = append(list, field.Required(provider.Child("issuer"), "the issuer URL of the provider"))
	}
	return list
}

func (a *Args) validateSubject() field.ErrorList {
	if !a.Shared {
		return validateServiceAccount(a.Namespace, a.ServiceAccount)
	}
	var list field.ErrorList
	const reason = "a shared role belongs to no single service account"
	if a.Namespace != "" {
		list = append(list, field.Forbidden(field.NewPath("namespace"), reason))
	}
	if a.ServiceAccount != "" {
		list = append(list, field.Forbidden(field.NewPath("serviceAccount"), reason))
	}
	return list
}

// validateServiceAccount applies the rules the Kubernetes API applies.
func validateServiceAccount(namespace, name string) field.ErrorList {
	var list field.ErrorList
	for _, message := range kubevalidation.IsDNS1123Label(namespace) {
		list = append(list, field.Invalid(field.NewPath("namespace"), namespace, message))
	}
	for _, message := range kubevalidation.IsDNS1123Subdomain(name) {
		list = append(list, field.Invalid(field.NewPath("serviceAccount"), name, message))
	}
	return list
}

func (a *Args) validatePolicies() field.ErrorList {
	var list field.ErrorList
	statements := field.NewPath("statements")
	if len(a.Statements) == 0 && len(a.ManagedPolicyARNs) == 0 {
		list = append(list, field.Required(statements, "or managedPolicyArns: a role without permissions serves nobody"))
	}
	list = append(list, iampolicy.Check(statements, iampolicy.MaximumRolePolicy, a.Statements...)...)
	for i, statement := range a.Statements {
		at := statements.Index(i)
		if len(statement.Actions) == 0 {
			list = append(list, field.Required(at.Child("actions"), ""))
		}
		if len(statement.Resources) == 0 || slices.Contains(statement.Resources, nil) {
			list = append(list, field.Required(at.Child("resources"), "every resource must be given"))
		}
		if len(statement.Principals) > 0 {
			list = append(list, field.Forbidden(at.Child("principals"), "the policy of a role has none"))
		}
	}
	seen := map[string]bool{}
	for i, arn := range a.ManagedPolicyARNs {
		at := field.NewPath("managedPolicyArns").Index(i)
		if !policyPattern.MatchString(arn) {
			list = append(list, field.Invalid(at, arn, policyRule))
		} else if seen[path.Base(arn)] {
			list = append(list, field.Duplicate(at, arn))
		}
		seen[path.Base(arn)] = true
	}
	return list
}
