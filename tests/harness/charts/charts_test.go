package charts

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// TestWrongChartsAreFound shows that the comparison notices what it is for.
func TestWrongChartsAreFound(t *testing.T) {
	t.Parallel()
	versions := newIndex("chart\tversion\trepository_url\tneighbouring_versions\n" +
		"kube-prometheus-stack\t81.4.3\thttps://charts.example.com/\t81.4.2 81.5.0\n")
	record := chart.Record{Chart: "kube-prometheus-stack", Version: "81.4.3", Repository: "https://charts.example.com"}
	assert.True(t, versions.has(record))
	record.Version = "81.5.0"
	assert.True(t, versions.has(record))
	record.Version = "81.4.5"
	assert.False(t, versions.has(record), "it was never released")
	record.Version, record.Repository = "81.4.3", "https://other.example.com"
	assert.False(t, versions.has(record), "another repository")
}

// TestWrongValuesAreFound shows the same for values.
func TestWrongValuesAreFound(t *testing.T) {
	t.Parallel()
	known := map[string]any{
		"replicas": 1, "tag": "", "args": []any{}, "nodeSelector": map[string]any{}, "extra": nil,
		"image": map[string]any{"tag": "a", "pull": false},
	}
	assert.Empty(t, unknown("", map[string]any{
		"replicas": 2.0, "tag": "b", "args": []any{"c"}, "nodeSelector": map[string]any{"d": "e"}, "extra": true,
		"image": map[string]any{"tag": "f", "pull": true, "free": 1},
	}, known, []string{"image.free"}))
	assert.Equal(t, []string{
		"args: a text, the chart has a list",
		"image.tagg: the chart has no such value",
		"replica: the chart has no such value",
		"tag: a number, the chart has a text",
	}, unknown("", map[string]any{
		"replica": 2, "tag": 1, "args": "c", "image": map[string]any{"tagg": "f"},
	}, known, nil))
}
