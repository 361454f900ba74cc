package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

func TestEvaluation(t *testing.T) {
	t.Parallel()
	e := &model.Evaluation{Classes: []string{"positive", "negative"}}
	assert.Zero(t, e.Accuracy())
	assert.Zero(t, e.Precision("positive"))
	for _, pair := range [][2]string{{"positive", "positive"}, {"positive", "positive"}, {"positive", "negative"}, {"negative", "negative"}, {"negative", "positive"}} {
		e.Add(pair[0], pair[1])
	}
	assert.Equal(t, [2][2]int{{2, 1}, {1, 1}}, e.Confusion)
	assert.InDelta(t, 0.6, e.Accuracy(), 1e-9)
	assert.InDelta(t, 2.0/3, e.Precision("positive"), 1e-9)
	assert.InDelta(t, 0.5, e.Recall("negative"), 1e-9)
}
