package observability_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/dashboards"
	"github.com/mlops-iac/mlops/internal/workbench/dashboards/picture"
	"github.com/mlops-iac/mlops/tests/suites/observability/harness"
)

// picturesVariable names a folder for pictures of the dashboards.
const picturesVariable = "PICTURES"

// pictures draws dashboards from what their queries have returned since the suite
// began. `make pictures` keeps them for the documentation.
func (s *suite) pictures(t *testing.T, wanted func(uid string) bool) {
	folder := os.Getenv(picturesVariable)
	if folder == "" {
		folder = t.TempDir()
	}
	for _, b := range s.boards {
		if !wanted(b.UID) {
			continue
		}
		board, err := picture.Decode([]byte(b.text))
		require.NoError(t, err, b.UID)
		file, err := os.Create(filepath.Join(folder, b.UID+".png"))
		require.NoError(t, err)
		require.NoError(t, picture.Render(file, board, s.results(t, board)), b.UID)
		require.NoError(t, file.Close())
	}
}

func (s *suite) results(t *testing.T, board picture.Board) picture.Results {
	t.Helper()
	found := picture.Results{}
	for _, panel := range board.Panels {
		found[panel.ID] = map[string]model.Matrix{}
		for _, target := range panel.Targets {
			expr, err := harness.Query(dashboards.Fill(target.Expr, dashboards.EveryTenant))
			require.NoError(t, err, target.Expr)
			found[panel.ID][target.RefID] = s.result(t, expr, target.Instant)
		}
	}
	return found
}

// result evaluates a query since the suite began, or for this moment only.
func (s *suite) result(t *testing.T, expr string, instant bool) model.Matrix {
	t.Helper()
	ctx := context.Background()
	if !instant {
		matrix, err := s.Prometheus.Range(ctx, expr, s.began, time.Second)
		require.NoError(t, err)
		return matrix
	}
	value, _, err := s.Prometheus.Query(ctx, expr, time.Now())
	require.NoError(t, err)
	var matrix model.Matrix
	for _, sample := range value.(model.Vector) {
		matrix = append(matrix, &model.SampleStream{
			Metric: sample.Metric, Values: []model.SamplePair{{Timestamp: sample.Timestamp, Value: sample.Value}},
		})
	}
	return matrix
}
