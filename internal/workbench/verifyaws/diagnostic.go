package verifyaws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// Stage is a step of the verification.
type Stage string

// The stages, in order. What fails in one does not reach the next.
const (
	StageTranslate Stage = "translate"
	StageValidate  Stage = "validate"
	StagePlan      Stage = "plan"
)

// Finding is a diagnostic in the words of the Pulumi program.
type Finding struct {
	Stage Stage
	// Warning is false for an error.
	Warning bool
	// URN is the resource; empty for what belongs to none.
	URN string
	// Component is the path of components it lies in, outermost first, each as
	// "type name".
	Component []string
	// Property is the path of the input, such as "scalingConfig.minSize"; empty
	// when the provider does not say which.
	Property string
	// Message names the error.
	Message string
}

func (f Finding) key() string { return f.URN + "\n" + f.Property + "\n" + f.Message }

// locator leads a diagnostic back to the Pulumi program.
type locator struct {
	folder    string
	resources map[string]terraform.Resource // by address
	parents   map[string]string             // by URN
	labels    map[string]string             // "type name" by URN
}

// developmentOverride is what OpenTofu says of every provider that is not from a
// registry.
const developmentOverride = "Provider development overrides are in effect"

func (l locator) findings(stage Stage, diagnostics []tofu.Diagnostic) []Finding {
	var found []Finding
	for _, d := range diagnostics {
		if d.Summary == developmentOverride {
			continue
		}
		found = append(found, l.finding(stage, d))
	}
	return found
}

func (l locator) finding(stage Stage, d tofu.Diagnostic) Finding {
	f := Finding{Stage: stage, Warning: d.Severity == tfjson.DiagnosticSeverityWarning, Message: message(d)}
	address := d.Address
	if d.Range != nil && d.Range.Filename != tofu.FrameFile {
		address = strings.TrimSuffix(filepath.Base(d.Range.Filename), ".tf.json")
	}
	r, known := l.resources[address]
	if !known {
		return f
	}
	f.URN, f.Component = r.URN, l.components(r.URN)
	if d.Range != nil {
		f.Property = l.property(r, d.Range.Start.Byte)
	}
	return f
}

func message(d tofu.Diagnostic) string {
	if d.Detail == "" || d.Detail == d.Summary {
		return d.Summary
	}
	return d.Summary + ": " + strings.Join(strings.Fields(d.Detail), " ")
}

// components lists the components around a resource, outermost first.
func (l locator) components(urn string) []string {
	var path []string
	for parent := l.parents[urn]; l.labels[parent] != ""; parent = l.parents[parent] {
		path = append([]string{l.labels[parent]}, path...)
	}
	return path
}

// property is the input that is written at an offset of the resource's file. Of
// a path that is not an input of its own, the nearest one around it counts.
func (l locator) property(r terraform.Resource, offset int) string {
	data, err := os.ReadFile(filepath.Join(l.folder, r.Address+".tf.json"))
	if err != nil {
		return ""
	}
	path := pathAt(data, offset)
	for end := len(path); end > 3; end-- { // resource, type and name come first
		if property, known := r.Paths[strings.Join(path[3:end], ".")]; known {
			return property
		}
	}
	return ""
}

// pathAt returns the keys and indexes that lead to the innermost value of a JSON
// document that begins at or before an offset and ends after it. The key of a
// member counts as part of its value.
func pathAt(document []byte, offset int) []string {
	w := walker{decoder: json.NewDecoder(bytes.NewReader(document)), offset: int64(offset)}
	_ = w.value(nil) // a document we wrote is well formed
	return w.found
}

type walker struct {
	decoder *json.Decoder
	offset  int64
	found   []string
}

// value reads one value and notes its path when it holds the offset.
func (w *walker) value(path []string) error {
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	delim, isDelim := token.(json.Delim)
	if !isDelim {
		return nil
	}
	for index := 0; w.decoder.More(); index++ {
		start, key := w.decoder.InputOffset(), strconv.Itoa(index)
		if delim == '{' {
			name, err := w.decoder.Token()
			if err != nil {
				return err
			}
			key = fmt.Sprint(name)
		}
		inner := append(path[:len(path):len(path)], key)
		if start <= w.offset {
			w.found = inner
		}
		if err := w.value(inner); err != nil {
			return err
		}
		if w.decoder.InputOffset() > w.offset {
			return errFound
		}
	}
	_, err = w.decoder.Token()
	return err
}

type stop struct{}

func (stop) Error() string { return "the offset was reached" }

var errFound error = stop{}

func (l locator) inputErrors(errs []terraform.InputError) []Finding {
	found := make([]Finding, len(errs))
	for i, f := range errs {
		found[i] = Finding{Stage: StageTranslate, URN: f.URN, Component: l.components(f.URN), Property: f.Path, Message: f.Rule}
	}
	return found
}
