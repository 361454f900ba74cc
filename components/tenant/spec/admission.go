package spec

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Admission says which images the pods of a tenant may run beside those of its own repositories.
type Admission struct {
	// Repositories are further repositories of images for every tenant, such as `ghcr.io/example/sidecar` for what a
	// webhook puts into pods, with the host of their registry and without a tag; one that ends in `/` is all below it.
	Repositories []string `json:"repositories" pulumi:"repositories"`
	// RequireDigests refuses images that are named by a tag alone, in definitions of tenants and in the cluster.
	RequireDigests bool `json:"requireDigests" pulumi:"requireDigests"`
}

// Parts of images, as regular expressions of Go and of CEL alike.
const (
	// PathPattern is the path of a repository: lower-case words joined by "/".
	PathPattern = `[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*`
	// TagPattern is a tag.
	TagPattern = `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
	// DigestPattern is a digest.
	DigestPattern = `sha256:[0-9a-f]{64}`
)

// host is the host of a registry with its port, where there is one.
const host = `[a-zA-Z0-9.-]+(:[0-9]+)?`

var (
	repositoryPattern = regexp.MustCompile(`^(` + host + `/)?` + PathPattern + `$`)
	hostPattern       = regexp.MustCompile(`^` + host + `$`)
)

// IsRepository says whether the text names a repository of images, with or without
// the host of its registry, and no tag.
func IsRepository(text string) bool { return repositoryPattern.MatchString(text) }

// HasHost says whether a repository names its registry. As for every container
// runtime, the first part does when it has a "." or a port, or is "localhost".
func HasHost(repository string) bool {
	host, _, found := strings.Cut(repository, "/")
	return found && hostPattern.MatchString(host) && (strings.ContainsAny(host, ".:") || host == "localhost")
}

// RepositoryOf returns the repository of an image, without its tag and digest.
func RepositoryOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndex(image, ":"); colon > strings.LastIndex(image, "/") {
		return image[:colon]
	}
	return image
}

// Check reports repositories that no image can be of.
func (a Admission) Check(path *field.Path) field.ErrorList {
	at := path.Child("repositories")
	list := validation.Unique(at, a.Repositories)
	for i, repository := range a.Repositories {
		below, all := strings.CutSuffix(repository, "/")
		right := IsRepository(repository)
		if all {
			right = IsRepository(below) || hostPattern.MatchString(below)
		}
		if !right || !HasHost(repository) || slices.Contains([]string{"docker.io/", "index.docker.io/"}, repository) {
			list = append(list, field.Invalid(at.Index(i), repository,
				`must be a repository with the host of its registry and without a tag, such as "ghcr.io/example/sidecar", `+
					`or end in "/" for all below it; docker.io/ is everybody's`))
		}
	}
	return list
}
