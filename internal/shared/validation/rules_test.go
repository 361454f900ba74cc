package validation_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

type colour string

func (colour) Values() []string { return []string{"red", "blue"} }

func TestRules(t *testing.T) {
	t.Parallel()
	at, digits := field.NewPath("a"), regexp.MustCompile(`^[0-9]+$`)
	notSupported := field.ErrorList{field.NotSupported(at, colour("green"), []string{"red", "blue"})}
	cases := map[string]struct{ got, want field.ErrorList }{
		"the lowest":          {validation.Between(at, 1, 1, 3), nil},
		"the highest":         {validation.Between(at, 3, 1, 3), nil},
		"below":               {validation.Between(at, 0, 1, 3), field.ErrorList{field.Invalid(at, 0, "must be 1 to 3")}},
		"above":               {validation.Between(at, 4, 1, 3), field.ErrorList{field.Invalid(at, 4, "must be 1 to 3")}},
		"a match":             {validation.Match(at, "12", digits, "must be digits"), nil},
		"nothing to match":    {validation.Match(at, "", digits, "must be digits"), nil},
		"no match":            {validation.Match(at, "x", digits, "must be digits"), field.ErrorList{field.Invalid(at, "x", "must be digits")}},
		"a name":              {validation.Name(at, "ab", kubevalidation.IsDNS1123Label), nil},
		"no name":             {validation.Name(at, "", kubevalidation.IsDNS1123Label), nil},
		"a wrong name":        {validation.Name(at, "x", func(string) []string { return []string{"b", "c"} }), field.ErrorList{field.Invalid(at, "x", "b; c")}},
		"the smallest volume": {validation.VolumeGiB(at, 1), nil},
		"too large a volume":  {validation.VolumeGiB(at, 65537), field.ErrorList{field.Invalid(at, 65537, "must be 1 to 65536")}},
		"e-mail addresses": {validation.Emails(at, []string{"ada", "Bob <bob@example.com>", "bob@example.com", "bob@example.com"}), field.ErrorList{
			field.Invalid(at.Index(0), "ada", "must be an e-mail address"),
			field.Invalid(at.Index(1), "Bob <bob@example.com>", "must be an e-mail address"),
			field.Duplicate(at.Index(3), "bob@example.com"),
		}},
		"a day that comes":   {validation.CronComes(at, "0 3 29 2 *"), nil},
		"no schedule at all": {validation.CronComes(at, "daily"), nil},
		"a day that never comes": {validation.CronComes(at, "0 3 31 4,6 *"), field.ErrorList{
			field.Invalid(at, "0 3 31 4,6 *", "must name a time that comes: no month has that day"),
		}},
		"different values":     {validation.Unique(at, []string{"x", "y"}), nil},
		"a value twice":        {validation.Unique(at, []string{"x", "y", "x"}), field.ErrorList{field.Duplicate(at.Index(2), "x")}},
		"a supported value":    {validation.OneOf(at, colour("red")), nil},
		"an optional value":    {validation.OneOf(at, colour("")), nil},
		"another value":        {validation.OneOf(at, colour("green")), notSupported},
		"a value that must be": {validation.Supported(at, colour("")), field.ErrorList{field.NotSupported(at, colour(""), []string{"red", "blue"})}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, test.got)
		})
	}
}

// Embedded has a required field of its own.
func TestIsHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"ml.example.com": true, strings.Repeat("a", 63) + ".example.com": true, strings.Repeat("a", 64) + ".example.com": false,
		"localhost": true, "": false, "a..b": false, "A.example.com": false,
	} {
		assert.Equal(t, want, validation.IsHost(host), host)
	}
}

type Embedded struct {
	Owner string `json:"owner" required:"who answers"`
}

type token struct{ set bool }

func (t token) IsSet() bool { return t.set }

type stack struct {
	Embedded
	Token  token            `json:"token" required:"a token"`
	Region string           `json:"region" only:"aws" required:"the region"`
	Groups map[string]group `json:"groups"`
	Items  []group          `json:"items" required:"one item"`
	Extra  *group           `json:"extra"`
	hidden group
}

type group struct {
	Role string `json:"role" required:"the role"`
}

func TestRequired(t *testing.T) {
	t.Parallel()
	region := field.Required(field.NewPath("region"), "the region")
	missing := field.ErrorList{
		field.Required(field.NewPath("owner"), "who answers"),
		field.Required(field.NewPath("token"), "a token"),
	}
	inside := stack{
		Embedded: Embedded{Owner: "me"}, Token: token{true}, Region: "eu", Groups: map[string]group{"a": {}},
		Items: []group{{Role: "x"}, {}}, Extra: &group{}, hidden: group{},
	}
	cases := map[string]struct {
		value     stack
		substrate string
		want      field.ErrorList
	}{
		"empty on aws": {stack{}, "aws", append(missing[:2:2], region, field.Required(field.NewPath("items"), "one item"))},
		"elsewhere":    {stack{}, "kubernetes", append(missing[:2:2], field.Required(field.NewPath("items"), "one item"))},
		"anywhere":     {stack{}, "", append(missing[:2:2], region, field.Required(field.NewPath("items"), "one item"))},
		"below": {inside, "aws", field.ErrorList{
			field.Required(field.NewPath("groups").Key("a").Child("role"), "the role"),
			field.Required(field.NewPath("items").Index(1).Child("role"), "the role"),
			field.Required(field.NewPath("extra", "role"), "the role"),
		}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, validation.Required(nil, test.value, test.substrate))
		})
	}
}
