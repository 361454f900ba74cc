package picture

import (
	"math"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		unit  string
		value float64
		want  string
	}{
		{"reqps", 12.345, "12.3 req/s"}, {"reqps", 1500, "1.5K req/s"}, {"reqps", 0, "0 req/s"}, {"cps", 31000, "31K c/s"},
		{"s", 0.25, "250 ms"}, {"s", 0, "0 s"}, {"s", 1.5, "1.5 s"}, {"s", 90, "1.5 mins"}, {"s", 2 * 86400, "2 days"}, {"s", 3e-5, "30 µs"},
		{"bytes", 512, "512 B"}, {"bytes", 1536, "1.5 KiB"}, {"bytes", 3 << 30, "3 GiB"}, {"bytes", 0, "0 B"},
		{"percentunit", 0.805, "80.5%"}, {"percentunit", 0, "0%"}, {"percent", 42, "42%"},
		{"currencyUSD", 0.16, "$0.16"}, {"currencyUSD", 620.5, "$620.50"}, {"currencyUSD", 12345, "$12.3K"}, {"currencyUSD", 0, "$0"},
		{"short", 3, "3"}, {"short", 1234567, "1.23 Mil"}, {"short", 999.9, "1 K"}, {"short", 0.5, "0.5"},
		{"cores", 0.75, "0.75 cores"}, {"celsius", 66, "66 °C"}, {"watt", 58, "58 W"}, {"watt", 1200, "1.2 kW"},
		{"short", -2, "-2"}, {"short", math.NaN(), "–"}, {"bytes", math.Inf(1), "–"},
	} {
		assert.Equal(t, c.want, format(c.unit, c.value), "%g %s", c.value, c.unit)
	}
}

func TestTicksAreRound(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []float64{0, 100, 200, 300, 400}, ticks("reqps", 0, 310, 4))
	assert.Equal(t, []float64{0, 1, 2, 3}, ticks("short", 0, 3, 4))
	assert.Equal(t, []float64{0, 1 << 30, 2 << 30, 3 << 30, 4 << 30}, ticks("bytes", 0, 3.5*(1<<30), 4))
	assert.Equal(t, []float64{0, 86400, 172800, 259200}, ticks("s", 0, 2.6*86400, 4))
	assert.Equal(t, []float64{5, 6}, ticks("short", 5, 5, 1), "a line that does not move has an axis too")
}

func TestLegend(t *testing.T) {
	t.Parallel()
	labels := model.Metric{"tenant": "a", "pod": "p"}
	assert.Equal(t, "a/p", legend("{{tenant}}/{{ pod }}", labels))
	assert.Equal(t, " gone", legend("{{missing}} gone", labels))
	assert.Equal(t, "all tenants", legend("all tenants", labels))
	assert.Equal(t, `{pod="p", tenant="a"}`, legend("", labels))
}

func TestTableColumns(t *testing.T) {
	t.Parallel()
	p := Panel{ID: 1, Targets: []Target{{RefID: "A"}, {RefID: "B"}}, Transformations: []Transformation{{ID: "organize"}}}
	p.Transformations[0].Options.Rename = map[string]string{"tenant": "Tenant", "Value #A": "Pods", "Value #B": "Cost"}
	p.Transformations[0].Options.Index = map[string]int{"tenant": 0, "Value #B": 1, "Value #A": 2}
	p.Transformations[0].Options.Exclude = map[string]bool{"job": true}
	of := func(tenant string, value float64) *model.SampleStream {
		return &model.SampleStream{
			Metric: model.Metric{"tenant": model.LabelValue(tenant), "job": "j"},
			Values: []model.SamplePair{{Value: model.SampleValue(value)}},
		}
	}
	table := p.merge(Results{1: {"A": {of("a", 1), of("b", 2)}, "B": {of("a", 0.5)}}})
	assert.Equal(t, []heading{{"tenant", "Tenant"}, {"Value #B", "Cost"}, {"Value #A", "Pods"}}, p.organize(table))
	assert.Equal(t, []map[string]any{
		{"tenant": "a", "job": "j", "Value #A": 1.0, "Value #B": 0.5},
		{"tenant": "b", "job": "j", "Value #A": 2.0},
	}, table.rows, "series with the same labels share a row")
}
