package charts_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/charts"
)

func TestReachable(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /charts/index.yaml", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "empty"), 0o700))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "chart"), 0o700))
	for _, name := range []string{"chart/Chart.yaml", "packed.tgz", "other"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o600))
	}
	for name, c := range map[string]struct {
		chart charts.Chart
		want  bool
	}{
		"repository":       {charts.Chart{Name: "a", Repository: server.URL + "/charts/"}, true},
		"no repository":    {charts.Chart{Name: "a", Repository: server.URL + "/elsewhere"}, false},
		"nobody answers":   {charts.Chart{Name: "a", Repository: "http://127.0.0.1:1"}, false},
		"no address":       {charts.Chart{Name: "a", Repository: "::"}, false},
		"folder":           {charts.Chart{Name: filepath.Join(folder, "chart")}, true},
		"packed":           {charts.Chart{Name: filepath.Join(folder, "packed.tgz")}, true},
		"folder of others": {charts.Chart{Name: filepath.Join(folder, "empty")}, false},
		"file of others":   {charts.Chart{Name: filepath.Join(folder, "other")}, false},
		"nothing":          {charts.Chart{Name: filepath.Join(folder, "missing")}, false},
		"a bare name":      {charts.Chart{Name: "prometheus"}, false},
	} {
		assert.Equal(t, c.want, charts.Reachable(t.Context(), c.chart), name)
	}
	assert.False(t, charts.None(t.Context(), charts.Chart{Name: filepath.Join(folder, "chart")}))
}
