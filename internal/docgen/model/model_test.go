package model_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/docgen/comments"
	"github.com/mlops-iac/mlops/internal/docgen/model"
)

// Common is in every file.
type Common struct {
	// Name is the name.
	Name string `json:"name" required:"a name"`
}

// File is a file.
type File struct {
	Common
	// Size is the size.
	Size int `json:"size" unit:"GiB" only:"b"`
	// Parts are the parts.
	Parts map[string]Part `json:"parts"`
	// Home is the home.
	Home string `json:"home" fixed:"it burns; build another"`
	// Roads are the roads.
	Roads []string `json:"roads" grows:"they end; add others"`
	// Floors are the floors.
	Floors int  `json:"floors" grows:"the roof is above"`
	Bare   bool `json:"bare"`
}

// Part is a part.
type Part struct {
	// Kind is the kind.
	Kind string `json:"kind"`
}

func source(t *testing.T, changes map[string]string) model.Source {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, "internal", "docgen", "model_test")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	text, err := os.ReadFile("model_test.go")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x.go"), text, 0o600))
	return model.Source{
		Type: reflect.TypeFor[File](), Changes: changes, Comments: comments.From(root),
		Defaults: []model.Variant{{When: "a", Value: reflect.ValueOf(File{Size: 1})}, {When: "b", Value: reflect.ValueOf(File{Size: 2})}},
	}
}

func TestWalkNamesWhatIsNotSaid(t *testing.T) {
	t.Parallel()
	_, err := source(t, map[string]string{
		"name": "in place", "size": "in place", "parts": "in place", "old": "in place", "home": "in place",
	}).Walk()
	assert.EqualError(t, err, "no key old of which a change is told\n"+
		"nothing says what changing bare later does\n"+
		"nothing says what changing parts.<name>.kind later does\n"+
		"without a doc comment: model_test.File.Bare")
}

func TestWalkReadsTheTypes(t *testing.T) {
	t.Parallel()
	file, err := source(t, map[string]string{
		"name": "in place", "size": "in place", "parts": "in place", "bare": "in place", "parts.<name>.kind": "in place",
		"home": "replaces the house",
	}).Walk()
	require.EqualError(t, err, "without a doc comment: model_test.File.Bare")
	require.Len(t, file.Keys, 7)
	name, size, parts := file.Keys[0], file.Keys[1], file.Keys[2]
	assert.Equal(t, "**fixed** after the first deployment: it burns; build another. Where it is allowed: replaces the house", file.Keys[3].Change)
	assert.Equal(t, "**only longer** after the first deployment: they end; add others", file.Keys[4].Change)
	assert.Equal(t, "**only larger** after the first deployment: the roof is above", file.Keys[5].Change)
	assert.Equal(t, []any{"name", "The name.", true, "in place"}, []any{name.Path, name.Meaning, name.Required, name.Change})
	assert.Equal(t, []any{"size", "GiB", "b"}, []any{size.Path, size.Unit, size.Only})
	require.Len(t, size.Defaults, 1, "the other variant has no such key")
	assert.EqualValues(t, 2, size.Defaults[0].Value.Int())
	assert.Equal(t, "A part.", parts.Object.Meaning)
	assert.Equal(t, "parts.<name>.kind", parts.Object.Keys[0].Path)
	assert.Equal(t, []string{"name", "parts", "parts.<name>.kind", "home", "roads", "floors", "bare"}, file.Paths("a"))
	assert.Equal(t, []string{"name", "size", "parts", "parts.<name>.kind", "home", "roads", "floors", "bare"}, file.Paths("b"))
}
