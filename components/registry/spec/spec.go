// Package spec holds the settings of a registry as plain values, in the words of
// a stack file: which repositories there are, how many images they keep, and
// what ECR would refuse. It knows nothing of Pulumi.
package spec

import (
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Registry is a set of image repositories.
type Registry struct {
	// Repositories are the image repositories, at least one. On substrate `aws` they are made in ECR.
	Repositories []Repository `json:"repositories" pulumi:"repositories" required:"at least one repository"`
	// KeepImages is how many of the newest images of a repository are kept, those with a protected tag counted, 1 to 10000.
	KeepImages int `json:"keepImages" pulumi:"keepImages" only:"aws" unit:"images"`
	// ProtectedTagPrefix begins the tags of images that stay however many there are: those that run somewhere. A release
	// gets such a tag beside its own. 1 to 64 of a-z, A-Z, 0-9 and `_ . -`, first none of `. -`.
	ProtectedTagPrefix string `json:"protectedTagPrefix" pulumi:"protectedTagPrefix" only:"aws"`
	// ForceDelete lets a destroy delete repositories that still hold images.
	ForceDelete bool `json:"forceDelete" pulumi:"forceDelete" only:"aws"`
}

// Repository is one image repository.
type Repository struct {
	// Name is the name of the repository, such as `inference` or `team/inference`.
	Name string `json:"name" pulumi:"name" required:"the name of the repository"`
	// Tenants are those whose pods may run images of the repository, beside those whose definition names it. On
	// substrate `aws` these alone may also pull from within their pods, as builds do.
	Tenants []string `json:"tenants" pulumi:"tenants"`
}

// DefaultKeepImages is about a month of daily builds.
const DefaultKeepImages = 30

// DefaultProtectedTagPrefix is no beginning of a version, of a commit or of the
// usual names of branches, so that no build has it by accident.
const DefaultProtectedTagPrefix = "release-"

// MaxKeepImages is the most ECR's lifecycle rules count.
const MaxKeepImages = 10000

// tagPrefix leaves room for a version in the 128 characters of a tag.
var tagPrefix = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)

// The length of a name. ECR takes twice the maximum, of which the prefix of a
// stack needs a part.
const minNameLength, maxNameLength = 2, 128

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9]*([._/-][a-z0-9]+)*$`)

// IsName says whether the text has the form of a repository's name: parts of
// lower-case letters and digits, joined by single ".", "_", "-" or "/".
func IsName(text string) bool { return namePattern.MatchString(text) }

// Default returns what a registry has unless it is told otherwise. It is not
// valid: it has no repositories.
func Default() Registry {
	return Registry{KeepImages: DefaultKeepImages, ProtectedTagPrefix: DefaultProtectedTagPrefix}
}

// Check reports what ECR refuses. What must be there is said by `required`.
func (r Registry) Check(path *field.Path) field.ErrorList {
	list := validation.Between(path.Child("keepImages"), r.KeepImages, 1, MaxKeepImages)
	if !tagPrefix.MatchString(r.ProtectedTagPrefix) {
		list = append(list, field.Invalid(path.Child("protectedTagPrefix"), r.ProtectedTagPrefix,
			"must be 1 to 64 of a-z, A-Z, 0-9 and _ . -, first none of . -"))
	}
	return append(list, r.CheckRepositories(path)...)
}

// CheckRepositories reports names that no registry takes, ECR or another, and
// names of tenants that cannot be.
func (r Registry) CheckRepositories(path *field.Path) field.ErrorList {
	var list field.ErrorList
	for i, repository := range r.Repositories {
		entry := path.Child("repositories").Index(i)
		name, tenants := entry.Child("name"), entry.Child("tenants")
		switch {
		case repository.Name == "":
		case len(repository.Name) < minNameLength || len(repository.Name) > maxNameLength || !IsName(repository.Name):
			list = append(list, field.Invalid(name, repository.Name,
				"must be 2 to 128 of a-z, 0-9 and single . _ - / between them, starting with a letter"))
		case slices.ContainsFunc(r.Repositories[:i], func(other Repository) bool { return other.Name == repository.Name }):
			list = append(list, field.Duplicate(name, repository.Name))
		}
		list = append(list, validation.Unique(tenants, repository.Tenants)...)
		for j, tenant := range repository.Tenants {
			list = append(list, names.CheckTenant(tenants.Index(j), tenant)...)
		}
	}
	return list
}
