package tags

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Limits of AWS on the tags of one resource.
const (
	// MaximumTags is 50, of which components keep 5 for their own: Name, role, and
	// what EKS and its controllers find subnets by.
	MaximumTags = 50 - 5
	maxKey      = 128
	maxValue    = 256
	// reservedPrefix begins the tags AWS itself sets, in any case.
	reservedPrefix = "aws:"
)

// allowed are the characters every service takes; some take more.
var allowed = regexp.MustCompile(`^[\p{L}\p{N}\p{Z}_.:/=+@-]*$`)

// Check reports tags that AWS refuses. Every service that resources here are of
// takes what passes.
func Check(path *field.Path, tags map[string]string) field.ErrorList {
	var list field.ErrorList
	if len(tags) > MaximumTags {
		list = append(list, field.TooMany(path, len(tags), MaximumTags))
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		at, value := path.Key(key), tags[key]
		switch {
		case key == "" || len([]rune(key)) > maxKey || !allowed.MatchString(key):
			list = append(list, field.Invalid(at, key, fmt.Sprintf("must have a key of 1 to %d letters, digits, spaces and _.:/=+-@", maxKey)))
		case strings.HasPrefix(strings.ToLower(key), reservedPrefix):
			list = append(list, field.Invalid(at, key, "must not begin with aws:, which is for AWS itself"))
		}
		if len([]rune(value)) > maxValue || !allowed.MatchString(value) {
			list = append(list, field.Invalid(at, value, fmt.Sprintf("must have a value of at most %d letters, digits, spaces and _.:/=+-@", maxValue)))
		}
	}
	return list
}
