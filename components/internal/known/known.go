// Package known checks inputs of a component that are given as plain text. What
// another resource only produces later is not waited for and passes.
package known

import (
	"fmt"
	"strings"

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

// IDs reports plain ids of another kind of resource: prefix is what EC2 puts
// before the number, such as "subnet-". A list that is an output is not read.
func IDs(path *field.Path, prefix string, ids pulumi.StringArrayInput) field.ErrorList {
	var list field.ErrorList
	plain, _ := ids.(pulumi.StringArray)
	for i, id := range plain {
		list = append(list, ID(path.Index(i), prefix, id)...)
	}
	return list
}

// ID is IDs for one.
func ID(path *field.Path, prefix string, id pulumi.StringInput) field.ErrorList {
	has := func(text string) bool { return len(text) > len(prefix) && strings.HasPrefix(text, prefix) }
	return Check(path, id, has, "must be an id such as "+prefix+"0123456789abcdef0")
}

// AtLeast reports a plain list that is too short.
func AtLeast(path *field.Path, least int, ids pulumi.StringArrayInput) field.ErrorList {
	plain, ok := ids.(pulumi.StringArray)
	if !ok || len(plain) >= least {
		return nil
	}
	return field.ErrorList{field.Invalid(path, len(plain), fmt.Sprintf("must be at least %d", least))}
}
