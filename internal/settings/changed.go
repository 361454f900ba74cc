package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// AllowVariable is the environment variable that lets settings change although
// something is lost by it: their keys, with commas between them.
const AllowVariable = "MLOPS_ALLOW_CHANGE"

// ParseAllowed reads the value of AllowVariable. A key that is not among those
// of Recorded is an error: the word would allow nothing.
func (p Platform) ParseAllowed(text string) ([]string, error) {
	known := slices.Sorted(maps.Keys(p.Recorded()))
	allowed := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	var list field.ErrorList
	for _, key := range allowed {
		if !slices.Contains(known, key) {
			list = append(list, field.NotSupported(field.NewPath(AllowVariable), key, known))
		}
	}
	return allowed, validation.ToError("", list)
}

// CheckChanges compares the settings with those that an earlier deployment has
// recorded, and reports what must not change. What was not recorded may be
// anything, and so may what is allowed by its key.
func (p Platform) CheckChanges(recorded map[string]string, allowed []string) error {
	var list field.ErrorList
	for _, k := range p.kept() {
		was, known := recorded[k.path.String()]
		if known && was != k.value && !slices.Contains(allowed, k.path.String()) {
			list = append(list, p.checkChange(k, was)...)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return fmt.Errorf("nothing was changed, because settings differ from those this stack was deployed with: %w", validation.ToError("", list))
}

func (p Platform) checkChange(k kept, was string) field.ErrorList {
	switch k.limit {
	case grows:
		if k.number {
			return checkLarger(k, was)
		}
		return checkLonger(k, was)
	case steps:
		return p.checkStep(k, was)
	default:
		return checkFixed(k, was)
	}
}

// checkStep applies the rules of settings that change step by step.
func (p Platform) checkStep(k kept, was string) field.ErrorList {
	var list field.ErrorList
	switch k.path.String() {
	case "cluster.version":
		list = p.Cluster.CheckUpgrade(k.path, was)
	case "metadataStore.engineVersion":
		list = p.MetadataStore.CheckUpgrade(k.path, was)
	}
	for _, broken := range list {
		broken.Detail += theWord(k)
	}
	return list
}

func checkFixed(k kept, was string) field.ErrorList {
	if was == "" {
		return field.ErrorList{field.Invalid(k.path, k.value, fmt.Sprintf("must stay left out: %s%s", k.text, theWord(k)))}
	}
	return field.ErrorList{field.Invalid(k.path, k.value, fmt.Sprintf("must stay %q: %s%s", was, k.text, theWord(k)))}
}

// checkLarger compares whole numbers; what was recorded as something else may be
// anything.
func checkLarger(k kept, was string) field.ErrorList {
	least, err := strconv.Atoi(was)
	now, failed := strconv.Atoi(k.value)
	if errors.Join(err, failed) != nil || now >= least {
		return nil
	}
	return field.ErrorList{field.Invalid(k.path, now, fmt.Sprintf("must be at least %d: %s%s", least, k.text, theWord(k)))}
}

func checkLonger(k kept, was string) field.ErrorList {
	if strings.HasPrefix(k.value, was+listSeparator) {
		return nil
	}
	return field.ErrorList{field.Invalid(k.path, k.value, fmt.Sprintf("must begin with %q: %s%s", was, k.text, theWord(k)))}
}

// theWord says how to do it all the same.
func theWord(k kept) string {
	return fmt.Sprintf(" (to do it all the same: %s=%s)", AllowVariable, k.path)
}
