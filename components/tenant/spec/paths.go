package spec

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// MaxPaths is how many paths can be published: an application load balancer has
// as many rules by default.
const MaxPaths = 100

// DefaultPaths are those that services/inference serves to its callers.
func DefaultPaths() []string { return []string{HealthPath, PredictPath, ReadyPath} }

// pathPattern is the root, or words without the wildcards of load balancers.
var pathPattern = regexp.MustCompile(`^/(([A-Za-z0-9._~-]+/)*[A-Za-z0-9._~-]+/?)?$`)

// IsFolder says whether a published path stands for all that lies below it, too.
// The root never does: below it are names.InternalPaths.
func IsFolder(path string) bool { return path != "/" && strings.HasSuffix(path, "/") }

// CheckPaths reports paths that cannot be published, are internal or stand there
// twice, and a list without any.
func CheckPaths(path *field.Path, paths []string) field.ErrorList {
	if len(paths) == 0 {
		return field.ErrorList{field.Required(path, "at least one path, such as /predict")}
	}
	list := validation.Unique(path, paths)
	if have := len(paths); have > MaxPaths {
		list = append(list, field.TooMany(path, have, MaxPaths))
	}
	for i, one := range paths {
		switch at := path.Index(i); {
		case !pathPattern.MatchString(one) || hasDots(one):
			list = append(list, field.Invalid(at, one,
				"must be a path such as /predict, or /v1/ with all that lies below it, of letters, digits, '.', '_', '~' and '-'"))
		case isInternal(one):
			list = append(list, field.Invalid(at, one, "must not be /metrics, /-/ or below them: these are for the cluster alone"))
		}
	}
	return list
}

// hasDots says whether a path leads elsewhere than it reads.
func hasDots(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(word string) bool { return word == "." || word == ".." })
}

func isInternal(path string) bool {
	return slices.ContainsFunc(names.InternalPaths(), func(internal string) bool {
		return path == internal || strings.HasPrefix(path, internal+"/")
	})
}
