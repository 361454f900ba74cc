package iampolicy

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// MaximumRolePolicy is how many characters, without white space, IAM takes for
// all inline policies of a role together.
const MaximumRolePolicy = 10240

var (
	sidPattern    = regexp.MustCompile(`^[A-Za-z0-9]*$`)
	actionPattern = regexp.MustCompile(`^([a-z0-9-]+:[A-Za-z0-9*?]+|\*)$`)
)

// Check reports what IAM refuses in the statements of a policy of at most limit
// characters. Of an ARN that another resource only produces later nothing is
// known: it counts as nothing and passes.
func Check(path *field.Path, limit int, statements ...Statement) field.ErrorList {
	var list field.ErrorList
	size := len(`{"Version":"` + Version + `","Statement":[]}`)
	for i, statement := range statements {
		list = append(list, statement.check(path.Index(i))...)
		size += statement.leastSize()
	}
	if size > limit {
		list = append(list, field.TooLong(path, "", limit))
	}
	return list
}

func (s Statement) check(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if !sidPattern.MatchString(s.Sid) {
		list = append(list, field.Invalid(path.Child("sid"), s.Sid, "must be letters and digits only"))
	}
	if effects := []Effect{Allow, Deny}; s.Effect != "" && !slices.Contains(effects, s.Effect) {
		list = append(list, field.NotSupported(path.Child("effect"), s.Effect, effects))
	}
	for i, action := range s.Actions {
		if !actionPattern.MatchString(action) {
			list = append(list, field.Invalid(path.Child("actions").Index(i), action, "must be a service and an action such as s3:GetObject"))
		}
	}
	for i, resource := range s.Resources {
		list = append(list, known.Check(path.Child("resources").Index(i), resource, isResource, "must be an ARN or *")...)
	}
	return list
}

func isResource(text string) bool {
	_, ok := awsenv.ParseARN(text)
	return ok || text == "*"
}

// leastSize is how many characters of the rendered statement are known, quotes
// and commas of lists included.
func (s Statement) leastSize() int {
	size := len(`{"Effect":"Allow","Action":[]}`) + len(s.Sid)
	for _, action := range s.Actions {
		size += len(action) + len(`"",`)
	}
	size += textSize(s.Resources)
	for operator, keys := range s.Conditions {
		size += len(fmt.Sprintf("%q:{}", operator))
		for key, values := range keys {
			size += len(fmt.Sprintf("%q:[]", key)) + textSize(values)
		}
	}
	return size
}

func textSize(inputs []pulumi.StringInput) int {
	size := 0
	for _, input := range inputs {
		text, _ := known.Text(input)
		size += len(text) + len(`"",`)
	}
	return size
}
