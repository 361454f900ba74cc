package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/shared/tags"
)

func tagRules() []Rule {
	mandatory, lasting := strings.Join(tags.Mandatory(), ", "), strings.Join(tags.MandatoryLasting(), ", ")
	return []Rule{
		{
			ID: "MLOPS-TAG-001", Title: "AWS resources carry the mandatory tags",
			Reason: "Cost reports, ownership and the clean-up of orphans work by tag.",
			Fix:    "set the tags " + mandatory,
			Types:  []string{"aws:*"}, Check: mandatoryTags,
		},
		{
			ID: "MLOPS-TAG-002", Title: "launched instances and volumes carry the mandatory tags that never change, and no mandatory tag that may",
			Reason: "What a launch template starts has the tags the template gives it, and a changed template replaces every node.",
			Fix:    "add tagSpecifications for instance and volume with the tags " + lasting + "; put the others on the Auto Scaling group",
			Types:  []string{typeLaunchTemplate}, Check: launchedTags,
		},
		{
			ID: "MLOPS-TAG-003", Title: "AWS resource types are classified",
			Reason: "A type nobody classified would escape the rule on mandatory tags.",
			Fix:    "add the type's module to the table in internal/guard/taggable.go",
			Types:  []string{"aws:*"},
			Check: func(r Resource) []Finding {
				var f findings
				_, classified := carriesTags(r.Type)
				f.unless(fact(classified || !r.Custom), "the type is not in the table of taggable types")
				return f
			},
		},
	}
}

func mandatoryTags(r Resource) []Finding {
	var f findings
	if taggable, _ := carriesTags(r.Type); !taggable || !r.Custom {
		return f
	}
	if r.Type == typeAutoScalingGroup {
		f.missing("tags", pairs(r.at("tags")), tags.Mandatory())
		return f
	}
	f.missing("tags", r.at("tags"), tags.Mandatory())
	return f
}

// pairs turns the list of keys and values that an Auto Scaling group takes into a map.
func pairs(v any) any {
	list, answer := items(v)
	if answer == unsure {
		return Unknown{}
	}
	found := make(map[string]any, len(list))
	for _, pair := range list {
		if key, known := child(pair, "key").(string); known {
			found[key] = child(pair, "value")
		}
	}
	return found
}

// missing reports keys without a value; a value that is not decided counts as one.
func (f *findings) missing(where string, v any, keys []string) {
	if isUnknown(v) == unsure {
		return
	}
	var absent []string
	for _, key := range keys {
		if isSet(child(v, key)) == no {
			absent = append(absent, key)
		}
	}
	f.when(fact(len(absent) > 0), "%s lacks %s", where, strings.Join(absent, ", "))
}

// changeable reports mandatory tags whose value may change.
func (f *findings) changeable(where string, v any) {
	var present []string
	for _, key := range tags.Mandatory() {
		if !slices.Contains(tags.MandatoryLasting(), key) && isSet(child(v, key)) == yes {
			present = append(present, key)
		}
	}
	f.when(fact(len(present) > 0), "%s has %s, which may change", where, strings.Join(present, ", "))
}

func launchedTags(r Resource) []Finding {
	var f findings
	specifications, answer := items(r.at("tagSpecifications"))
	if answer == unsure {
		return f
	}
	for _, wanted := range []string{"instance", "volume"} {
		found := no
		for i, specification := range specifications {
			if is(child(specification, "resourceType"), wanted) == yes {
				found = yes
				where, given := fmt.Sprintf("tagSpecifications[%d] (%s)", i, wanted), child(specification, "tags")
				f.missing(where, given, tags.MandatoryLasting())
				f.changeable(where, given)
			}
		}
		f.unless(found, "no tagSpecifications for %s", wanted)
	}
	return f
}
