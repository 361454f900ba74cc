package prices_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
)

func TestEveryPriceHasUnitCurrencySourceAndDate(t *testing.T) {
	t.Parallel()
	table, err := prices.Load()
	require.NoError(t, err)
	assert.Equal(t, "USD", table.Currency)
	require.NotEmpty(t, table.Regions)
	for region, entries := range table.Regions {
		all := map[string]prices.Price{}
		for name, price := range entries.Prices {
			all[name] = price
		}
		for name, price := range entries.Databases {
			all[name] = price
		}
		for name, instance := range entries.Instances {
			all[name] = instance.Price
		}
		assert.Greater(t, len(all), 15, "a table this small would price nothing")
		for name, price := range all {
			assert.Positive(t, price.Amount, "%s %s", region, name)
			assert.Contains(t, prices.Units(), price.Unit, "%s %s", region, name)
			source := table.Sources[price.Source]
			assert.Contains(t, source.List, "https://aws.amazon.com/", "%s %s", region, name)
			assert.NotEmpty(t, source.Seen, "%s %s", region, name)
			_, err := time.Parse("2006-01-02", source.Checked)
			require.NoError(t, err, "%s %s", region, name)
		}
	}
}

func TestTheDefaultNodeTypesArePriced(t *testing.T) {
	t.Parallel()
	table, err := prices.Load()
	require.NoError(t, err)
	for _, role := range scheduling.Roles() {
		first := spec.Default(role).InstanceTypes[0]
		assert.Contains(t, table.Regions["eu-west-1"].Instances, first, "role %s", role)
	}
}

func TestAgeIsAWarningAndNotAnError(t *testing.T) {
	t.Parallel()
	table, err := prices.Load()
	require.NoError(t, err)
	checked := table.Checked()
	require.False(t, checked.IsZero())
	assert.False(t, table.Stale(checked.Add(prices.MaximumAge)))
	assert.True(t, table.Stale(checked.Add(prices.MaximumAge+time.Hour)))
}

func TestAMonthHas730Hours(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 73.0, prices.Price{Amount: 0.1, Unit: prices.Hour}.Monthly(), 1e-9)
	assert.InDelta(t, 0.1, prices.Price{Amount: 0.1, Unit: prices.GBMonth}.Monthly(), 1e-9)
}

func TestFaultsOfATableAreToldTogether(t *testing.T) {
	t.Parallel()
	_, err := prices.Parse([]byte(`
sources:
  a: {list: "", seen: here, checked: yesterday}
spot: {leastDiscountPercent: 50, mostDiscountPercent: 40, source: a}
regions:
  eu-west-1:
    instances:
      m6i.large: {vcpu: 0, memoryGiB: 8, amount: 0.1, unit: hour, source: a}
    prices:
      nat.gateway: {amount: 0, unit: day, source: b}
`))
	require.EqualError(t, err, `8 errors:
  currency: Required value: the currency of every amount
  regions[eu-west-1].instances[m6i.large]: Invalid value: "m6i.large": must have vcpu and memoryGiB >= 1, and gpus >= 0
  regions[eu-west-1].prices[nat.gateway].amount: Invalid value: 0: must be > 0; leave out what is not known
  regions[eu-west-1].prices[nat.gateway].source: Unsupported value: "b": supported values: "a"
  regions[eu-west-1].prices[nat.gateway].unit: Unsupported value: "day": supported values: "hour", "month", "GB", "GB-month", "LCU-hour"
  sources[a].checked: Invalid value: "yesterday": must be a day such as 2026-11-21
  sources[a].list: Required value: the price list of AWS
  spot: Invalid value: "50..40": must be from 0 to 90, least before most`)
	_, err = prices.Parse([]byte("currency: USD\ntaxes: 19\n"))
	require.ErrorContains(t, err, "taxes")
}
