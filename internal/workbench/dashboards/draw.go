package dashboards

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/prometheus/common/model"

	"github.com/mlops-iac/mlops/internal/workbench/dashboards/picture"
)

const (
	// points is how many samples a graph has: one for two pixels of a wide panel.
	points = 240
	// leastStep is the interval at which Prometheus scrapes, halved.
	leastStep = 15 * time.Second
	// together bounds the queries that are asked at once.
	together = 4
)

// draw asks the queries of a dashboard and draws it as an svg element. What is wrong
// with a query is written into its panel.
func (d Dashboard) draw(ctx context.Context, w io.Writer, p Prometheus, tenant string, until time.Time, over time.Duration) error {
	results, problems := picture.Results{}, picture.Problems{}
	var mu sync.Mutex
	var asking sync.WaitGroup
	slots := make(chan struct{}, together)
	for _, panel := range d.Panels {
		results[panel.ID] = map[string]model.Matrix{}
		for _, target := range panel.Targets {
			asking.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				matrix, err := p.ask(ctx, target, tenant, until, over)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					problems[panel.ID] = err.Error()
					return
				}
				results[panel.ID][target.RefID] = matrix
			})
		}
	}
	asking.Wait()
	return picture.RenderSVG(w, d.Board, results, problems)
}

func (p Prometheus) ask(ctx context.Context, target picture.Target, tenant string, until time.Time, over time.Duration) (model.Matrix, error) {
	expr := Fill(target.Expr, tenant)
	if target.Instant {
		return p.Instant(ctx, expr, until)
	}
	return p.Range(ctx, expr, until, over, max(over/points, leastStep))
}
