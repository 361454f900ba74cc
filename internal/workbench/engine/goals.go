package engine

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// readGoals adds what only the engine's own file of a plan tells of resources.
func (p *Plan) readGoals(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the engine's plan: %w", err)
	}
	var saved apitype.DeploymentPlanV1
	if err := json.Unmarshal(data, &saved); err != nil {
		return fmt.Errorf("reading the engine's plan: %w", err)
	}
	for i, planned := range p.Resources {
		saved, known := saved.ResourcePlans[resource.URN(planned.URN)]
		if !known {
			return fmt.Errorf("the engine's plan says nothing about %s", planned.URN)
		}
		if saved.Goal != nil { // a deletion has none
			p.Resources[i].Dependencies = dependencies(*saved.Goal)
			p.Resources[i].IgnoreChanges = saved.Goal.IgnoreChanges
		}
	}
	return nil
}

func dependencies(goal apitype.GoalV1) []string {
	urns := make([]string, len(goal.Dependencies))
	for i, urn := range goal.Dependencies {
		urns[i] = string(urn)
	}
	return urns
}
