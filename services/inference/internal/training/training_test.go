package training_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/defects"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

var texts = sentiment.Kind{}

func run(table string) (*training.Result, error) {
	return training.Run(texts, strings.NewReader(table), training.Options{Holdout: 0.3, Seed: 1})
}

// table has 104 different texts, each that many times.
func table(times int) string {
	var b strings.Builder
	b.WriteString("text,label\n")
	for i := range 26 * times {
		fmt.Fprintf(&b, "good thing %[1]c,positive\nbad thing %[1]c,negative\ngood place %[1]c,positive\nbad place %[1]c,negative\n", 'a'+i%26)
	}
	return b.String()
}

// The bounds are below what was measured when the sample was made: 0.893 with the
// default split, 0.873 in the mean of 20 splits.
func TestBundledSampleIsGoodEnough(t *testing.T) {
	t.Parallel()
	result, err := training.Run(texts, texts.Sample(), training.Options{Holdout: training.DefaultHoldout, Seed: training.DefaultSeed})
	require.NoError(t, err)
	assert.GreaterOrEqual(t, result.Evaluation.Accuracy(), 0.88)
	for _, class := range sentiment.Classes() {
		assert.GreaterOrEqual(t, result.Evaluation.Recall(class), 0.8, class)
		assert.GreaterOrEqual(t, result.Evaluation.Precision(class), 0.8, class)
	}
	assert.Equal(t, 436, result.Samples+result.Evaluation.Samples())

	sum := 0.0
	for seed := range int64(20) {
		result, err := training.Run(texts, texts.Sample(), training.Options{Holdout: training.DefaultHoldout, Seed: seed})
		require.NoError(t, err)
		sum += result.Evaluation.Accuracy()
	}
	assert.GreaterOrEqual(t, sum/20, 0.84)
}

// TestSampleOfDefectsIsGoodEnough is about S3: the second kind of model
// really learns. The bounds are below what was measured when the sample was made:
// 0.930 with the default split, 0.903 in the mean of 20. Always to answer with the
// more frequent class gets 0.70.
func TestSampleOfDefectsIsGoodEnough(t *testing.T) {
	t.Parallel()
	sum := 0.0
	for seed := range int64(20) {
		var kind model.Kind = defects.Kind{}
		result, err := training.Run(kind, kind.Sample(), training.Options{Holdout: training.DefaultHoldout, Seed: seed})
		require.NoError(t, err)
		assert.Equal(t, 600, result.Samples+result.Evaluation.Samples())
		accuracy := result.Evaluation.Accuracy()
		if seed == training.DefaultSeed {
			assert.GreaterOrEqual(t, accuracy, 0.9)
			assert.GreaterOrEqual(t, result.Evaluation.Recall(defects.Defect), 0.8)
			assert.GreaterOrEqual(t, result.Evaluation.Precision(defects.Defect), 0.8)
		}
		sum += accuracy
	}
	assert.GreaterOrEqual(t, sum/20, 0.87)
}

func TestSplit(t *testing.T) {
	t.Parallel()
	first, err := run(table(1))
	require.NoError(t, err)
	twice, err := run(table(2))
	require.NoError(t, err)
	assert.Equal(t, 2*first.Samples, twice.Samples, "a text that comes twice must be on one side")
	assert.Equal(t, 2*first.Evaluation.Samples(), twice.Evaluation.Samples())
	other, err := training.Run(texts, strings.NewReader(table(1)), training.Options{Holdout: 0.3, Seed: 2})
	require.NoError(t, err)
	assert.NotEqual(t, first.Evaluation.Confusion, other.Evaluation.Confusion, "another seed keeps other texts back")
	assert.Equal(t, 1.0, first.Evaluation.Accuracy())
}

func TestBadRowsAreAllReported(t *testing.T) {
	t.Parallel()
	_, err := run("text,label\ngood,positive\nbad\n  ,positive\n\"two\nlines\",happy\na,b,c\n" + strings.Repeat("x", sentiment.MaxRowBytes+1) + ",positive\na\"b,positive\n")
	assert.EqualError(t, err, `6 bad rows:
  line 3: 1 fields: must be 2; put quotes around a text with commas
  line 4: text: must not be empty
  line 5: label "happy": must be one of positive, negative
  line 7: 3 fields: must be 2; put quotes around a text with commas
  line 8: text: 65537 bytes: must be at most 65536
  line 9: bare " in non-quoted-field: a field with quotes must have quotes around it, and its own twice`)

	_, err = run("text,label\n" + strings.Repeat("bad\n", 30))
	assert.ErrorContains(t, err, "30 bad rows:")
	assert.ErrorContains(t, err, "line 21: ")
	assert.NotContains(t, err.Error(), "line 22: ")
	assert.ErrorContains(t, err, "and 10 more")
}

func TestTablesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ table, want string }{
		"empty":      {"", `the table is empty: must have a header of "text,label" and a row for each example`},
		"no header":  {"good,positive\n", `line 1: the header is "good,positive": must be "text,label"`},
		"no CSV":     {"text\",label\n", `line 1: the header: bare " in non-quoted-field: a field with quotes must have quotes around it, and its own twice`},
		"few rows":   {"text,label\ngood,positive\n", `class "positive" has `},
		"one class":  {"text,label\n" + strings.Repeat("good,positive\n", 50), "must be at least 5 each"},
		"exact only": {"Text,Label\n", `must be "text,label"`},
	} {
		_, err := run(c.table)
		assert.ErrorContains(t, err, c.want, name)
	}
	_, err := run("\ufeff" + table(1))
	assert.NoError(t, err, "a byte order mark, as spreadsheets write it")
}
