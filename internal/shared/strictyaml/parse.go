package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// ParseYAML reads one YAML or JSON document. It returns a tree of
// map[string]any, []any, string, bool, int64, uint64 (only above the range of
// int64), float64 and nil. Empty input gives nil.
//
// Duplicate keys, keys that are not strings, values that YAML but not JSON can
// express (dates, binary, infinities), numbers with a zero in front, which YAML
// reads as octal, and a second document are errors. The
// parser is the one Pulumi reads stack files with, so both see the same values.
func ParseYAML(data []byte) (any, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, fmt.Errorf("parsing YAML: %w", oneLine(err))
	}
	var raw any
	if err := document.Decode(&raw); err != nil {
		return nil, fmt.Errorf("parsing YAML: %w", oneLine(err))
	}
	if numbers := padded(&document); len(numbers) > 0 {
		return nil, fmt.Errorf("parsing YAML: %s", strings.Join(numbers, "; "))
	}
	var second any
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, fmt.Errorf("parsing YAML: %w", err)
	default:
		return nil, errors.New("parsing YAML: more than one document")
	}
	tree, err := plain("", raw)
	if err != nil {
		return nil, fmt.Errorf("parsing YAML: %w", err)
	}
	return tree, nil
}

// oneLine puts the errors yaml finds while decoding, duplicate keys above all,
// into one line: its own message starts with a line that says nothing.
func oneLine(err error) error {
	var all *yaml.TypeError
	if errors.As(err, &all) {
		return errors.New(strings.Join(all.Errors, "; "))
	}
	return err
}

func plain(path string, raw any) (any, error) {
	switch value := raw.(type) {
	case nil, string, bool, int64, uint64:
		return value, nil
	case int:
		return int64(value), nil
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, fmt.Errorf("%s: %v is not a finite number", where(path), value)
		}
		return value, nil
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			var err error
			if list[i], err = plain(fmt.Sprintf("%s[%d]", path, i), item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		return plainMap(path, value)
	case map[any]any:
		return nil, otherKeys(path, value)
	default:
		return nil, fmt.Errorf("%s: a value that JSON cannot express (%T); put it in quotes", where(path), raw)
	}
}

func plainMap(path string, value map[string]any) (any, error) {
	tree := make(map[string]any, len(value))
	// Sorted, so that of several errors the same one is reported every time.
	for _, key := range sortedKeys(value) {
		var err error
		if tree[key], err = plain(join(path, key), value[key]); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

func otherKeys(path string, value map[any]any) error {
	var keys []string
	for key := range value {
		if _, ok := key.(string); !ok {
			keys = append(keys, fmt.Sprint(key))
		}
	}
	slices.Sort(keys)
	return fmt.Errorf("%s: keys must be strings, put quotes around %v", where(path), keys)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func where(path string) string {
	if path == "" {
		return "the document"
	}
	return path
}
