package kubeprovider

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// change is a difference at one place of an object.
type change struct {
	path    []any // keys and list indices
	kind    pulumirpc.PropertyDiff_Kind
	after   any
	replace bool
}

// differences lists how after differs from before, place by place.
func differences(before, after map[string]any) []change {
	return diffMaps(nil, before, after)
}

func diffMaps(path []any, before, after map[string]any) []change {
	var changes []change
	keys := maps.Clone(before)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, after)
	for _, key := range sortedKeys(keys) {
		old, had := before[key]
		now, has := after[key]
		place := append(slices.Clone(path), key)
		changes = append(changes, diffPlace(place, old, had, now, has)...)
	}
	return changes
}

func diffPlace(path []any, before any, had bool, after any, has bool) []change {
	switch {
	case !had:
		return []change{{path: path, kind: pulumirpc.PropertyDiff_ADD, after: after}}
	case !has:
		return []change{{path: path, kind: pulumirpc.PropertyDiff_DELETE}}
	default:
		return diffValues(path, before, after)
	}
}

func diffValues(path []any, before, after any) []change {
	if old, ok := before.(map[string]any); ok {
		if now, ok := after.(map[string]any); ok {
			return diffMaps(path, old, now)
		}
	}
	if old, ok := before.([]any); ok {
		if now, ok := after.([]any); ok {
			return diffLists(path, old, now)
		}
	}
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return []change{{path: path, kind: pulumirpc.PropertyDiff_UPDATE, after: after}}
}

func diffLists(path []any, before, after []any) []change {
	var changes []change
	for i := range max(len(before), len(after)) {
		var old, now any
		if i < len(before) {
			old = before[i]
		}
		if i < len(after) {
			now = after[i]
		}
		place := append(slices.Clone(path), i)
		changes = append(changes, diffPlace(place, old, i < len(before), now, i < len(after))...)
	}
	return changes
}

// unknownPlaces lists where values are unknown.
func unknownPlaces(path []any, value any) []change {
	var changes []change
	switch v := value.(type) {
	case unknown:
		changes = append(changes, change{path: path, kind: pulumirpc.PropertyDiff_UPDATE, after: v})
	case map[string]any:
		for _, key := range sortedKeys(v) {
			changes = append(changes, unknownPlaces(append(slices.Clone(path), key), v[key])...)
		}
	case []any:
		for i, element := range v {
			changes = append(changes, unknownPlaces(append(slices.Clone(path), i), element)...)
		}
	}
	return changes
}

// uncovered lists what of wanted the object does not hold with the same value.
// The API server may have added to the object: that is no difference.
func uncovered(path []any, object, wanted any) []change {
	var changes []change
	switch v := wanted.(type) {
	case map[string]any:
		from, _ := object.(map[string]any)
		for _, key := range sortedKeys(v) {
			changes = append(changes, uncovered(append(slices.Clone(path), key), from[key], v[key])...)
		}
	case []any:
		from, _ := object.([]any)
		if len(from) != len(v) {
			return []change{{path: path, kind: pulumirpc.PropertyDiff_UPDATE, after: wanted}}
		}
		for i := range v {
			changes = append(changes, uncovered(append(slices.Clone(path), i), from[i], v[i])...)
		}
	default:
		if !reflect.DeepEqual(object, wanted) {
			changes = append(changes, change{path: path, kind: pulumirpc.PropertyDiff_UPDATE, after: wanted})
		}
	}
	return changes
}

// within says whether path lies at or below place.
func within(path, place []any) bool {
	return len(path) >= len(place) && slices.Equal(path[:len(place)], place)
}

func diffResponse(changes []change, deleteBeforeReplace bool) *pulumirpc.DiffResponse {
	response := &pulumirpc.DiffResponse{
		Changes:         pulumirpc.DiffResponse_DIFF_NONE,
		DetailedDiff:    make(map[string]*pulumirpc.PropertyDiff, len(changes)),
		HasDetailedDiff: true,
	}
	top, replaced := map[string]any{}, map[string]any{}
	for _, c := range changes {
		key := fmt.Sprint(c.path[0])
		top[key] = nil
		response.Changes = pulumirpc.DiffResponse_DIFF_SOME
		kind := c.kind
		if c.replace {
			kind = replacing(kind)
			replaced[key] = nil
			response.DeleteBeforeReplace = deleteBeforeReplace
		}
		response.DetailedDiff[pathString(c.path)] = &pulumirpc.PropertyDiff{Kind: kind}
	}
	response.Diffs, response.Replaces = sortedKeys(top), sortedKeys(replaced)
	return response
}

func replacing(kind pulumirpc.PropertyDiff_Kind) pulumirpc.PropertyDiff_Kind {
	switch kind {
	case pulumirpc.PropertyDiff_ADD:
		return pulumirpc.PropertyDiff_ADD_REPLACE
	case pulumirpc.PropertyDiff_DELETE:
		return pulumirpc.PropertyDiff_DELETE_REPLACE
	default:
		return pulumirpc.PropertyDiff_UPDATE_REPLACE
	}
}

func pathString(path []any) string { return resource.PropertyPath(path).String() }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
