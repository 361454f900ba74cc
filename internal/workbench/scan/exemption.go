package scan

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/exemption"
	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// ExemptionsFile is where the exemptions are, relative to the checkout.
const ExemptionsFile = "policy/scan-exemptions.yaml"

// Exemption gives the reason why findings of a rule may stay.
type Exemption struct {
	// Scanner is "trivy" or "kics"; required.
	Scanner string `json:"scanner"`
	// Rule is the scanner's identifier of the rule; required.
	Rule string `json:"rule"`
	// Resource is a pattern over "type name" of the resource in the Pulumi
	// program, in which * stands for any text. It starts with the package of the
	// type, "kubernetes:" or "aws:", and names more than that unless the rule
	// cannot be met by any resource; required.
	Resource string `json:"resource"`
	// Reason says why this is acceptable; required.
	Reason string `json:"reason"`
}

// Exemptions are the entries of the file.
type Exemptions struct {
	// Entries in the order of the file.
	Entries []Exemption `json:"exemptions"`
	// Partial is true when not all stacks are scanned. What matched nothing may
	// then be needed by a stack that was left out, so it is told but no error.
	Partial bool `json:"-"`
}

// part of a stack: the prefix of the types of its resources.
type part string

const (
	partKubernetes part = "kubernetes:"
	partAWS        part = "aws:"
)

// rules of the identifiers: what a typing mistake would not pass.
var rulePatterns = map[string]*regexp.Regexp{
	trivyName: regexp.MustCompile(`^(KSV[0-9]{3,}|AVD-[A-Z]+-[0-9]{4}|[a-z0-9]+(-[a-z0-9]+){2,})$`),
	kicsName:  regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
}

var ruleForms = map[string]string{
	trivyName: `must be an identifier of trivy such as "KSV001", "AVD-AWS-0001" or "aws-vpc-no-public-egress-sgr"`,
	kicsName:  "must be the UUID of a query of KICS, in small letters",
}

// ReadExemptions reads a file of exemptions strictly and reports all its errors.
func ReadExemptions(path string) (Exemptions, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Exemptions{}, fmt.Errorf("reading the exemptions of the scanners: %w", err)
	}
	tree, err := strictyaml.ParseYAML(data)
	if err != nil {
		return Exemptions{}, fmt.Errorf("%s: %w", path, err)
	}
	var read Exemptions
	list := strictyaml.Decode(nil, tree, &read)
	if len(list) == 0 {
		list = read.validate()
	}
	return read, validation.ToError(path, list)
}

func (e Exemptions) validate() field.ErrorList {
	var list field.ErrorList
	for i, entry := range e.Entries {
		at := field.NewPath("exemptions").Index(i)
		list = append(list, entry.validate(at)...)
		entry.Reason = ""
		if slices.ContainsFunc(e.Entries[:i], func(other Exemption) bool { other.Reason = ""; return other == entry }) {
			list = append(list, field.Duplicate(at, entry.Rule+" "+entry.Resource))
		}
	}
	return list
}

func (e Exemption) validate(at *field.Path) field.ErrorList {
	var list field.ErrorList
	pattern, known := rulePatterns[e.Scanner]
	switch {
	case !known:
		list = append(list, field.NotSupported(at.Child("scanner"), e.Scanner, []string{kicsName, trivyName}))
	case !pattern.MatchString(e.Rule):
		list = append(list, field.Invalid(at.Child("rule"), e.Rule, ruleForms[e.Scanner]))
	}
	if strings.TrimSpace(e.Reason) == "" {
		list = append(list, field.Required(at.Child("reason"), "says why this is acceptable"))
	}
	switch problem := exemption.Problem(e.Resource, "given"); {
	case problem != "":
		list = append(list, field.Invalid(at.Child("resource"), e.Resource, problem))
	case e.part() == "":
		list = append(list, field.Invalid(at.Child("resource"), e.Resource,
			`must start with the package of the resource's type: "kubernetes:" or "aws:"`))
	}
	return list
}

// part is what the exemption is about; empty when it does not say.
func (e Exemption) part() part {
	for _, p := range []part{partKubernetes, partAWS} {
		if strings.HasPrefix(e.Resource, string(p)) {
			return p
		}
	}
	return ""
}

// covers says whether the exemption is about the finding.
func (e Exemption) covers(f Finding) bool {
	return e.Scanner == f.Scanner && e.Rule == f.Rule && exemption.Match(e.Resource, f.Resource)
}
