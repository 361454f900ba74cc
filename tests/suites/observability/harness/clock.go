package harness

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// Speed is how much faster than in a cluster time passes: 30 makes the scrape
// interval one second and an alert that waits five minutes wait ten seconds.
const Speed = 30

// Time is how long a duration of the rules takes in the harness.
func Time(d time.Duration) time.Duration { return d / Speed }

// Query divides the durations in an expression by Speed.
func Query(expr string) (string, error) {
	tree, err := parser.ParseExpr(expr)
	if err != nil {
		return "", fmt.Errorf("parsing %q: %w", expr, err)
	}
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.MatrixSelector:
			n.Range = Time(n.Range)
		case *parser.SubqueryExpr:
			n.Range, n.Step, n.OriginalOffset = Time(n.Range), Time(n.Step), Time(n.OriginalOffset)
		case *parser.VectorSelector:
			n.OriginalOffset = Time(n.OriginalOffset)
		}
		return nil
	})
	return tree.String(), nil
}

// faster divides every duration by Speed that is found under one of the keys,
// at any depth of a document.
func faster(node any, keys map[string]bool) error {
	switch value := node.(type) {
	case map[string]any:
		for key, item := range value {
			text, isText := item.(string)
			if !keys[key] || !isText {
				if err := faster(item, keys); err != nil {
					return err
				}
				continue
			}
			duration, err := model.ParseDuration(text)
			if err != nil {
				return fmt.Errorf("%s %q: %w", key, text, err)
			}
			value[key] = model.Duration(Time(time.Duration(duration))).String()
		}
	case []any:
		for _, item := range value {
			if err := faster(item, keys); err != nil {
				return err
			}
		}
	}
	return nil
}
