package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

const (
	budgetType   = "aws:budgets/budget:Budget"
	costTagType  = "aws:costexplorer/costAllocationTag:CostAllocationTag"
	scheduleType = "aws:autoscaling/schedule:Schedule"
)

func TestBudgetsOfEveryStack(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		require.Len(t, record.OfType(budgetType), 2, "the stack and the one tenant with a budget")
		whole := record.One(t, budgetType, "mlops-"+stack+"-budget-budget")
		assert.Equal(t, []any{"user:environment$" + stack}, whole.Prop("costFilters.0.values"))
		own := record.One(t, budgetType, "mlops-"+stack+"-tenant-tenant-a-budget-budget")
		assert.Equal(t, "60", own.Prop("limitAmount"))
		assert.Equal(t, []any{"user:mlops.io/tenant$tenant-a"}, own.Prop("costFilters.0.values"))
		assert.Equal(t, []any{"customer-analytics@example.com"}, own.Prop("notifications.0.subscriberEmailAddresses"))
		assert.Empty(t, record.OfType(costTagType), "another stack of the account may do it")
	})
}

func TestTheAlertKnowsTheBudgetsOfTenants(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		rule := record.One(t, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "mlops-"+stack+"-tenant-tenant-a-budget")
		assert.Equal(t, "vector(60)", rule.Prop("spec.groups.0.rules.0.expr"))
		assert.Equal(t, "mlops:index:Tenant", rule.ParentType)
		require.Len(t, record.OfType("mlops:index:OpenCost"), 1)
	})
}

func TestOffHoursAreOfDevOnly(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		want := map[string]int{"dev": 4}[stack] // down and up, of cpu and spot
		assert.Len(t, record.OfType(scheduleType), want)
	})
}

func TestTagsAreActivatedOnDemand(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "cost.activateTags", true)
	record, err := build(t, "dev", values, platform.Options{})
	require.NoError(t, err)
	assert.Len(t, record.OfType(costTagType), 6, "the five tags of everything and that of tenants")
}

func TestWithoutBudgetsThereAreNone(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "cost.budgets", map[string]any{})
	set(t, values, "addons.openCost.enabled", false)
	record, err := build(t, "dev", values, platform.Options{})
	require.NoError(t, err)
	assert.Empty(t, record.OfType(budgetType))
	for _, rule := range record.OfType("kubernetes:monitoring.coreos.com/v1:PrometheusRule") {
		assert.NotContains(t, rule.Name, "budget")
	}
}
