package guard

import (
	"slices"
	"strings"
)

// Set is every resource of a run, for rules about how resources belong together.
type Set struct {
	all []Resource
}

func newSet(resources []Resource) *Set { return &Set{all: resources} }

// of returns the resources of the given types.
func (s *Set) of(types ...string) []Resource {
	var found []Resource
	for _, r := range s.all {
		if slices.Contains(types, r.Type) {
			found = append(found, r)
		}
	}
	return found
}

// companions returns the resources of the given types that belong to owner
// through the input key. Three signs count, the strongest that is there first:
// where the input comes from, its decided value, and the parent they share. Of
// several owners under one parent, the one whose name and a hyphen start the
// companion's name is meant.
func (s *Set) companions(owner Resource, key string, types ...string) []Resource {
	var found []Resource
	for _, r := range s.of(types...) {
		if s.belongs(r, owner, key) {
			found = append(found, r)
		}
	}
	return found
}

func (s *Set) belongs(r, owner Resource, key string) bool {
	if references := r.References[key]; len(references) > 0 && owner.URN != "" {
		return slices.Contains(references, owner.URN)
	}
	if value, decided := r.at(key).(string); decided {
		if physical, known := owner.at(key).(string); known {
			return value == physical
		}
	}
	return r.Parent == owner.Parent && s.nearest(r, owner.Type) == owner.Name
}

// nearest returns the name of the only resource of ownerType under r's parent,
// or else the longest such name that starts r's name: "data-logs-versioning"
// belongs to "data-logs" although "data" exists too.
func (s *Set) nearest(r Resource, ownerType string) string {
	var siblings []string
	best := ""
	for _, candidate := range s.of(ownerType) {
		if candidate.Parent != r.Parent {
			continue
		}
		siblings = append(siblings, candidate.Name)
		starts := r.Name == candidate.Name || strings.HasPrefix(r.Name, candidate.Name+"-")
		if starts && len(candidate.Name) > len(best) {
			best = candidate.Name
		}
	}
	if len(siblings) == 1 {
		return siblings[0]
	}
	return best
}
