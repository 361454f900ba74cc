package chart

import (
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// exactVersion admits 1.2.3 with an optional v and pre-release, and no range.
var exactVersion = regexp.MustCompile(`^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

var repositoryURL = regexp.MustCompile(`^https://[^\s]+$`)

func (a *Args) validate() error {
	var list field.ErrorList
	if a.Chart == "" {
		list = append(list, field.Required(field.NewPath("chart"), "the name of a chart"))
	}
	if !exactVersion.MatchString(a.Version) {
		list = append(list, field.Invalid(field.NewPath("version"), a.Version, "must be an exact version such as 1.2.3"))
	}
	if !repositoryURL.MatchString(a.Repository) {
		list = append(list, field.Invalid(field.NewPath("repository"), a.Repository, "must be an https URL"))
	}
	if a.Namespace == nil {
		list = append(list, field.Required(field.NewPath("namespace"), "an existing namespace"))
	}
	if a.Timeout < 0 {
		list = append(list, field.Invalid(field.NewPath("timeout"), a.Timeout, "must be >= 0 seconds"))
	}
	return validation.ToError("", list)
}
