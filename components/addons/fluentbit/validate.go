package fluentbit

import (
	"regexp"
	"strings"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

const maxPort = 65535

var (
	// imagePattern wants a tag or a digest: without one the runtime takes "latest".
	imagePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._/:-]*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})$`)
	// groupPattern is what CloudWatch accepts, without "#" and "$", which Fluent
	// Bit would read as the beginning of a key.
	groupPattern = regexp.MustCompile(`^[A-Za-z0-9_./-]{1,512}$`)
)

func (a *Args) validate() error {
	var list field.ErrorList
	if broken := kubevalidation.IsDNS1123Label(a.Namespace); len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("namespace"), a.Namespace, strings.Join(broken, "; ")))
	}
	if !imagePattern.MatchString(a.Image) || strings.HasSuffix(a.Image, ":latest") {
		list = append(list, field.Invalid(field.NewPath("image"), a.Image, "must be an image with a fixed tag or a digest"))
	}
	list = append(list, a.DNS.Check(field.NewPath("dns"))...)
	return validation.ToError("", append(list, a.Output.validate(field.NewPath("output"))...))
}

func (o Output) validate(at *field.Path) field.ErrorList {
	var list field.ErrorList
	if o.CloudWatch != nil && o.Loki != nil {
		list = append(list, field.Forbidden(at.Child("loki"), "there is one output, and output.cloudWatch is set"))
	}
	if o.CloudWatch != nil {
		list = append(list, o.CloudWatch.validate(at.Child("cloudWatch"))...)
	}
	if o.Loki != nil {
		list = append(list, o.Loki.validate(at.Child("loki"))...)
	}
	return list
}

func (c *CloudWatch) validate(at *field.Path) field.ErrorList {
	list := awsenv.CheckRegion(at.Child("region"), c.Region)
	for _, group := range []struct{ key, value string }{
		{"platformGroup", c.PlatformGroup}, {"tenantGroupPrefix", c.TenantGroupPrefix},
	} {
		if !groupPattern.MatchString(group.value) {
			list = append(list, field.Invalid(at.Child(group.key), group.value, "must be 1 to 512 letters, digits, and ._/-"))
		}
	}
	return list
}

func (l *Loki) validate(at *field.Path) field.ErrorList {
	var list field.ErrorList
	if !validation.IsHost(l.Host) {
		list = append(list, field.Invalid(at.Child("host"), l.Host, "must be a DNS name or an IPv4 address"))
	}
	if l.Port < 1 || l.Port > maxPort {
		list = append(list, field.Invalid(at.Child("port"), l.Port, "must be 1 to 65535"))
	}
	return list
}
