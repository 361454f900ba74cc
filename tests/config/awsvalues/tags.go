package awsvalues

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/objectstore"
	validnetwork "github.com/mlops-iac/mlops/tests/harness/valid/network"
	validobjectstore "github.com/mlops-iac/mlops/tests/harness/valid/objectstore"
)

// tagCase is a wrong tag of a network.
func tagCase(name, key, value, rule string) Case {
	return Case{
		Name: name, Args: args(validnetwork.Network, func(a *network.Args) { a.Tags = map[string]string{key: value} }, network.New),
		Message: "tags[" + key + "]: Invalid value: " + rule, Type: vpcType, Property: "tags", Value: map[string]any{key: value},
	}
}

func tagCases() []Case {
	many, seen := map[string]string{}, map[string]any{}
	for i := range 51 {
		key := fmt.Sprintf("tag-%02d", i)
		many[key], seen[key] = "a", "a"
	}
	long := strings.Repeat("o", 257)
	return []Case{
		{
			Name: "an owner longer than a tag", Settings: set("owner", long),
			Message: `owner: Invalid value: "` + long + `": must be at most 256 letters, digits`,
			Type:    vpcType, Property: "tags.owner", Value: long,
		},
		{
			Name: "an owner with a character no tag has", Settings: set("owner", "ml#platform"),
			Message: `owner: Invalid value: "ml#platform": must be at most 256 letters, digits`,
			Type:    vpcType, Property: "tags.owner", Value: "ml#platform",
		},
		tagCase("a tag of AWS itself", "aws:team", "a", `"aws:team": must not begin with aws:`),
		tagCase("a tag of AWS itself in upper case", "AWS:team", "a", `"AWS:team": must not begin with aws:`),
		tagCase("a tag without a key", "", "a", `"": must have a key of 1 to 128`),
		tagCase("a tag with a key of 129 characters", long[:129], "a", `"`+long[:129]+`": must have a key of 1 to 128`),
		tagCase("a tag with a value of 257 characters", "team", long, `"`+long+`": must have a value of at most 256`),
		{
			Name:    "more tags than a resource can have",
			Args:    args(validobjectstore.ObjectStore, func(a *objectstore.Args) { a.Tags = many }, objectstore.New),
			Message: "tags: Too many: 51: must have at most 45 items", Type: bucketType, Property: "tags", Value: seen,
		},
	}
}
