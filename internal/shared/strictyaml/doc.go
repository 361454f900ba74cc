// Package strictyaml reads YAML (and so JSON) written by people into typed structs
// without forgiving anything: unknown keys, duplicate keys, nulls and values of
// the wrong type are errors, and all of them are reported at once, each with
// the path at which it stands.
//
// Reading is two steps. ParseYAML turns text into a plain tree. Decode lays the
// tree over a struct that already holds the defaults:
//
//	tree, err := strictyaml.ParseYAML(data)
//	spec := Spec{Replicas: 2}
//	list := strictyaml.Decode(nil, tree, &spec)
//
// A key that the text leaves out keeps the value the struct had before. Lists
// are replaced as a whole. Maps are merged: an entry that is in both starts
// from the value it had before, so a caller can prepare defaults per entry.
//
// Messages never repeat what they must not: the value under an unknown key, of
// a list or object in the wrong place, of a scalar where an object belongs, and
// of anything that decodes itself through Unmarshaler stays out of them, because
// it may be a secret.
package strictyaml
