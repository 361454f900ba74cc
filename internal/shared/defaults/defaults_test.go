package defaults_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

type size struct{ Min, Max int }

// Base is embedded, as a spec is in Args.
type Base struct {
	Name string
	On   bool
}

type settings struct {
	Base
	Size    size
	Zones   []string
	Labels  map[string]string
	Pointer *size
	hidden  int
}

func TestFill(t *testing.T) {
	t.Parallel()
	from := settings{
		Base: Base{Name: "default", On: true}, Size: size{Min: 1, Max: 4}, Zones: []string{"a", "b"},
		Labels: map[string]string{"a": "b"}, Pointer: &size{Min: 1}, hidden: 1,
	}
	cases := map[string]struct{ value, want settings }{
		"a zero value": {settings{}, from},
		"all of it said": {
			settings{Base{"own", true}, size{2, 3}, []string{"c"}, map[string]string{"c": "d"}, &size{}, 2},
			settings{Base{"own", true}, size{2, 3}, []string{"c"}, map[string]string{"c": "d"}, &size{}, 2},
		},
		"half of a struct inside, and of an embedded one": {
			settings{Base: Base{Name: "own"}, Size: size{Max: 9}, hidden: 2},
			settings{Base{"own", true}, size{1, 9}, []string{"a", "b"}, map[string]string{"a": "b"}, &size{Min: 1}, 2},
		},
		"empty slices and maps": {
			settings{Base: Base{Name: "own"}, Zones: []string{}, Labels: map[string]string{}},
			settings{Base{"own", true}, size{1, 4}, []string{"a", "b"}, map[string]string{"a": "b"}, &size{Min: 1}, 0},
		},
		"what a pointer holds": {
			settings{Pointer: &size{Max: 2}},
			settings{from.Base, from.Size, from.Zones, from.Labels, &size{Max: 2}, 0},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.value
			defaults.Fill(&got, from)
			assert.Equal(t, test.want, got)
		})
	}
}
