// Package known checks inputs of a component that are given as plain text. What
// another resource only produces later is not waited for and passes.
package known

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Text returns the text of an input that is plain; false for nil and for
// outputs.
func Text(input pulumi.StringInput) (string, bool) {
	text, ok := input.(pulumi.String)
	return string(text), ok
}

// Check reports an input that is plain and breaks a rule.
func Check(path *field.Path, input pulumi.StringInput, valid func(string) bool, rule string) field.ErrorList {
	text, ok := Text(input)
	if !ok || valid(text) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, text, rule)}
}
