package tenant_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &tenant.Tenant{}, tenant.Args{}, tenant.Token)
}

// Everything that one team has in a cluster.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		team, err := tenant.New(ctx, "fraud", &tenant.Args{
			Name:     "fraud",
			Image:    pulumi.String("ghcr.io/example/server:1.4.2"),
			ModelURI: pulumi.String("s3://models/tenants/fraud/2025-06-01"),
			People:   spec.People{Editors: spec.Subjects{Groups: []string{"fraud-team"}}},
			Training: &tenant.Training{GPUs: 1, Spot: true},
		})
		if err != nil {
			return nil, err
		}
		return team.Ref().Outputs(), nil
	})
	// Output:
	// namespace: fraud
	// objectPrefix: tenants/fraud/
	// serviceAccount: workload
	// serviceUrl: http://inference.fraud.svc.cluster.local
}
