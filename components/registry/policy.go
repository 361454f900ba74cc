package registry

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

// namespaceTag is the session tag EKS Pod Identity sets to a pod's namespace.
const namespaceTag = "aws:PrincipalTag/kubernetes-namespace"

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
			Conditions: iampolicy.Conditions{"StringEquals": {namespaceTag: iampolicy.Strings(tenants...)}},
		})
	}
	return iampolicy.Document(append(statements, denyOthers(tenants))...)
}

// denyOthers concerns only sessions with a namespace: nodes, people and
// pipelines have none. Without tenants it concerns all of those.
func denyOthers(tenants []string) iampolicy.Statement {
	others := iampolicy.Conditions{"Null": {namespaceTag: iampolicy.Strings("false")}}
	if len(tenants) > 0 {
		others["StringNotEquals"] = map[string][]pulumi.StringInput{namespaceTag: iampolicy.Strings(tenants...)}
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
	TagStatus   string `json:"tagStatus"`
	CountType   string `json:"countType"`
	CountUnit   string `json:"countUnit,omitempty"`
	CountNumber int    `json:"countNumber"`
}

type lifecycleAction struct {
	Type string `json:"type"`
}

// lifecyclePolicy has the rule for any image last: ECR demands it.
func lifecyclePolicy(keepImages, untaggedDays int) (string, error) {
	expire := lifecycleAction{Type: "expire"}
	policy := map[string][]lifecycleRule{"rules": {
		{
			Priority:    1,
			Description: fmt.Sprintf("expire untagged images after %d days", untaggedDays),
			Selection: lifecycleSelection{
				TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: untaggedDays,
			},
			Action: expire,
		},
		{
			Priority:    2,
			Description: fmt.Sprintf("keep the newest %d images", keepImages),
			Selection:   lifecycleSelection{TagStatus: "any", CountType: "imageCountMoreThan", CountNumber: keepImages},
			Action:      expire,
		},
	}}
	text, err := json.Marshal(policy)
	if err != nil {
		return "", fmt.Errorf("rendering lifecycle policy: %w", err)
	}
	return string(text), nil
}
