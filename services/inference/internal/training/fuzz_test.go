package training_test

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/defects"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

// ruled are the forms of what is said about a table: where it is wrong, and what it must be.
var ruled = regexp.MustCompile(`^(line \d+: |class "|the table is empty: |learning from \d+ (texts|rows): )(?s:.*)\bmust\b`)

// FuzzTable trains on any table. It must be refused with a place and a rule, or give a model
// that answers, also after it was stored.
//
// Proves N11 by plain Go: no table ends a training run in anything but a model or a reason
// for each line.
func FuzzTable(f *testing.F) {
	f.Fuzz(func(t *testing.T, numbers bool, table []byte) {
		var kind model.Kind = texts
		if numbers {
			kind = defects.Kind{}
		}
		result, err := training.Run(kind, bytes.NewReader(table), training.Options{Holdout: 0.3, Seed: 1})
		var rows *training.RowsError
		switch {
		case errors.As(err, &rows):
			require.NotEmpty(t, rows.Described)
			for _, row := range rows.Described {
				require.Regexp(t, ruled, row)
			}
		case err != nil:
			require.Regexp(t, ruled, err.Error())
		default:
			answers(t, kind, result)
		}
	})
}

func answers(t *testing.T, kind model.Kind, result *training.Result) {
	t.Helper()
	require.True(t, result.Chance >= 0 && result.Chance <= 1, result.Chance)
	encoded, err := result.Model.Encode()
	require.NoError(t, err)
	stored, err := kind.Decode(encoded)
	require.NoError(t, err)
	require.Equal(t, result.Evaluation.Accuracy(), result.AccuracyOf(stored))
	input := model.Input{Text: strings.Repeat("good tea ", 3), Features: map[string]float64{}}
	for _, name := range stored.Features() {
		input.Features[name] = 1
	}
	answer, refusal := stored.Predict(input)
	require.Nil(t, refusal)
	require.True(t, answer.Confidence >= 0.5 && answer.Confidence <= 1, answer)
}
