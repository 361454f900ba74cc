package registry

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

func pullActions() []string {
	return []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
}

// pullPolicy grants pulling to the roles and namespaces named and denies it to
// pods of all other namespaces.
func pullPolicy(in *Args, tenants []string) pulumi.StringOutput {
	var statements []iampolicy.Statement
	if len(in.PullPrincipalARNs) > 0 {
		statements = append(statements, iampolicy.Statement{
			Sid:        "NamedRolesPull",
			Principals: iampolicy.Principals{iampolicy.AWS: in.PullPrincipalARNs},
			Actions:    pullActions(),
		})
	}
	if len(tenants) > 0 {
		statements = append(statements, iampolicy.Statement{
			Sid:        "NamedTenantsPull",
			Principals: iampolicy.Principals{iampolicy.AWS: iampolicy.Strings(in.place().Root())},
			Actions:    pullActions(),
			Conditions: iampolicy.Conditions{"StringEquals": {awsenv.NamespaceTag: iampolicy.Strings(tenants...)}},
		})
	}
	return iampolicy.Document(append(statements, denyOthers(tenants))...)
}

// denyOthers concerns only sessions with a namespace: nodes, people and
// pipelines have none. Without tenants it concerns all of those.
func denyOthers(tenants []string) iampolicy.Statement {
	others := iampolicy.Conditions{"Null": {awsenv.NamespaceTag: iampolicy.Strings("false")}}
	if len(tenants) > 0 {
		others["StringNotEquals"] = map[string][]pulumi.StringInput{awsenv.NamespaceTag: iampolicy.Strings(tenants...)}
	}
	return iampolicy.Statement{
		Sid:        "OtherTenantsDoNot",
		Effect:     iampolicy.Deny,
		Principals: iampolicy.Anyone(),
		Actions:    pullActions(),
		Conditions: others,
	}
}

type lifecycleRule struct {
	Priority    int                `json:"rulePriority"`
	Description string             `json:"description"`
	Selection   lifecycleSelection `json:"selection"`
	Action      lifecycleAction    `json:"action"`
}

type lifecycleSelection struct {
	TagStatus   string   `json:"tagStatus"`
	TagPrefixes []string `json:"tagPrefixList,omitempty"`
	CountType   string   `json:"countType"`
	CountUnit   string   `json:"countUnit,omitempty"`
	CountNumber int      `json:"countNumber"`
}

type lifecycleAction struct {
	Type string `json:"type"`
}

// lifecyclePolicy has the rules in the order in which ECR applies them. An image
// with the tags of a rule is out of reach of every later one, so the first keeps
// the protected images by expiring none before there are as many as a rule can
// count; ECR has no rule that says it. The one for any image is last: ECR demands it.
func lifecyclePolicy(in *Args) (string, error) {
	rules := []lifecycleRule{
		{
			Description: "keep images tagged " + in.ProtectedTagPrefix + "*",
			Selection: lifecycleSelection{
				TagStatus: "tagged", TagPrefixes: []string{in.ProtectedTagPrefix},
				CountType: "imageCountMoreThan", CountNumber: spec.MaxKeepImages,
			},
		},
		{
			Description: fmt.Sprintf("expire untagged images after %d days", in.UntaggedDays),
			Selection: lifecycleSelection{
				TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: in.UntaggedDays,
			},
		},
		{
			Description: fmt.Sprintf("keep the newest %d images", in.KeepImages),
			Selection:   lifecycleSelection{TagStatus: "any", CountType: "imageCountMoreThan", CountNumber: in.KeepImages},
		},
	}
	for i := range rules {
		rules[i].Priority, rules[i].Action = i+1, lifecycleAction{Type: "expire"}
	}
	text, err := json.Marshal(map[string][]lifecycleRule{"rules": rules})
	if err != nil {
		return "", fmt.Errorf("rendering lifecycle policy: %w", err)
	}
	return string(text), nil
}
