package defects_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/defects"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// learn returns a model of parts that are defective between 10 and 20.
func learn(t *testing.T) model.Model {
	t.Helper()
	trainer, err := defects.Kind{}.NewTrainer([]string{"size", "label", "noise"})
	require.NoError(t, err)
	for i := range 90 {
		size, label := float64(i)/3, defects.OK
		if size > 10 && size < 20 {
			label = defects.Defect
		}
		example, problem := trainer.Example([]string{fmt.Sprint(size), label, fmt.Sprint(i % 7)})
		require.Empty(t, problem)
		require.NoError(t, trainer.Learn(example))
	}
	assert.Equal(t, 90, trainer.Samples())
	learned, err := trainer.Model()
	require.NoError(t, err)
	return learned
}

func part(size float64) model.Input {
	return model.Input{Features: map[string]float64{"size": size, "noise": 3}}
}

// TestPredict asks for a band, which no straight line through the data separates.
func TestPredict(t *testing.T) {
	t.Parallel()
	learned := learn(t)
	for size, want := range map[float64]string{
		-1e300: defects.OK, 0: defects.OK, 9: defects.OK, 11: defects.Defect, 15: defects.Defect, 19: defects.Defect,
		21: defects.OK, 1e300: defects.OK,
	} {
		got, refusal := learned.Predict(part(size))
		require.Nil(t, refusal)
		assert.Equal(t, want, got.Class, size)
		assert.Greater(t, got.Confidence, 0.9, size)
		assert.LessOrEqual(t, got.Confidence, 1.0, size)
	}
	assert.Equal(t, []string{"size", "noise"}, learned.Features())
	assert.Equal(t, "100 trees over 2 measurements", learned.Describe())
}

func TestTrainingIsRepeatable(t *testing.T) {
	t.Parallel()
	first, err := learn(t).Encode()
	require.NoError(t, err)
	second, err := learn(t).Encode()
	require.NoError(t, err)
	assert.Equal(t, string(first), string(second))
}

// TestQuestionWithTheGreatestGainComesFirst has two questions that each tell a part
// of the rows apart: the first one 12 good parts, the second one 15 defects, which
// is more. Before any tree every gradient is 1/2 and every second derivative 1/4.
func TestQuestionWithTheGreatestGainComesFirst(t *testing.T) {
	t.Parallel()
	trainer := defects.NewTrainer(2)
	for i := range 20 {
		trainer.Learn([]float64{float64(i), float64(i)}, false)
	}
	for i := range 20 {
		row := []float64{12 + float64(i)/2, 21 + float64(i)}
		if i < 5 {
			row[1] = float64(i) + 0.5 // as if it were good
		}
		trainer.Learn(row, true)
	}
	ensemble, err := trainer.Ensemble()
	require.NoError(t, err)
	assert.Equal(t, 0.0, ensemble.Bias)
	root := ensemble.Trees[0][0]
	assert.Equal(t, 1, root.Feature)
	assert.Equal(t, 22.5, root.Threshold, "in the middle between 19 and 26")
	// The 15 defects stay together: 0.1 x (15/2) / (15/4 + 1).
	assert.InDelta(t, 0.75/4.75, ensemble.Trees[0][root.Right].Value, 1e-12)
}

// TestProbabilitiesAreThoseOfTheRows learns from rows that no question tells apart.
func TestProbabilitiesAreThoseOfTheRows(t *testing.T) {
	t.Parallel()
	trainer := defects.NewTrainer(1)
	for i := range 40 {
		trainer.Learn([]float64{7}, i%4 == 0)
	}
	ensemble, err := trainer.Ensemble()
	require.NoError(t, err)
	assert.InDelta(t, 0.25, ensemble.Probability([]float64{7}), 1e-9)
	assert.Equal(t, []defects.Tree{{{}}}, ensemble.Trees)
}

func TestBothClassesMustOccur(t *testing.T) {
	t.Parallel()
	trainer := defects.NewTrainer(1)
	trainer.Learn([]float64{1}, true)
	_, err := trainer.Ensemble()
	assert.EqualError(t, err, "learning from 1 rows: 1 of them are defects: both classes must occur")
}

func TestFeaturesMustBeThoseOfTheModel(t *testing.T) {
	t.Parallel()
	learned := learn(t)
	for name, c := range map[string]struct {
		features map[string]float64
		want     string
	}{
		"missing": {map[string]float64{"noise": 1}, "features: missing size: must be a number for each of size, noise."},
		"unknown": {map[string]float64{"noise": 1, "size": 2, "b": 1, "a": 1}, `features: unknown ["a" "b"]: must be a number for each of size, noise.`},
		"both":    {map[string]float64{"Size": 1}, `features: missing size, noise, unknown ["Size"]: must be a number for each of size, noise.`},
	} {
		prediction, refusal := learned.Predict(model.Input{Features: c.features})
		assert.Equal(t, model.Prediction{}, prediction, name)
		assert.Equal(t, &model.Refusal{Code: model.CodeFeaturesMismatch, Message: c.want}, refusal, name)
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	zero := 0.0
	input, refusal := (&defects.Request{Features: map[string]*float64{"a": &zero, "b": nil}}).Input()
	require.Nil(t, refusal)
	assert.Equal(t, model.Input{Features: map[string]float64{"a": 0}}, input, "zero is a number and null is none")
	for _, nothing := range []map[string]*float64{nil, {}, {"a": nil}} {
		_, refusal := (&defects.Request{Features: nothing}).Input()
		assert.Equal(t, &model.Refusal{Code: model.CodeFeaturesMissing, Message: "features: must be set and not be empty."}, refusal)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	wide := append([]string{"label"}, strings.Split(strings.Repeat("x,", defects.MaxFeatures)+"x", ",")...)
	for want, header := range map[string][]string{
		`the header is "a,b": must have "label" and the name of at least one measurement`:  {"a", "b"},
		"the header: 0 measurements: must be from 1 to 200":                                {"label"},
		"the header: 201 measurements: must be from 1 to 200":                              wide,
		`the header: measurement "a": must not occur twice`:                                {"a", "label", "a"},
		`the header: measurement " a": must have 1 to 64 bytes without spaces around them`: {" a", "label"},
		`the header: measurement "": must have 1 to 64 bytes without spaces around them`:   {"", "label"},
	} {
		_, err := defects.Kind{}.NewTrainer(header)
		assert.EqualError(t, err, want)
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	trainer, err := defects.Kind{}.NewTrainer([]string{"a", "label", "b"})
	require.NoError(t, err)
	example, problem := trainer.Example([]string{" 1.50", "defect", "2e0"})
	assert.Empty(t, problem)
	assert.Equal(t, model.Example{
		Input: model.Input{Features: map[string]float64{"a": 1.5, "b": 2}}, Label: defects.Defect, Key: "1.5,2",
	}, example)
	example, problem = trainer.Example([]string{"-0", "ok", "+0.0"})
	assert.Empty(t, problem)
	assert.Equal(t, "0,0", example.Key, "zero has a sign that means nothing")
	for want, record := range map[string][]string{
		"2 fields: must be 3":                   {"1", "ok"},
		`label "OK": must be one of defect, ok`: {"1", "OK", "2"},
		`a "": must be a number`:                {"", "ok", "2"},
		`b "NaN": must be a number`:             {"1", "ok", "NaN"},
		`b "+Inf": must be a number`:            {"1", "ok", "+Inf"},
		`a "1,5": must be a number`:             {"1,5", "ok", "2"},
		`a "1e999": must be a number`:           {"1e999", "ok", "2"},
	} {
		_, problem := trainer.Example(record)
		assert.Equal(t, want, problem)
	}
}

func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	learned := learn(t)
	data, err := learned.Encode()
	require.NoError(t, err)
	again, err := defects.Kind{}.Decode(data)
	require.NoError(t, err)
	assert.Equal(t, learned, again)
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		``:      "EOF",
		`hello`: "invalid character",
		`{"features":["a"],"bias":0,"trees":[[{}]]} 1`:                                "something follows it",
		`{"features":["a"],"bias":0,"trees":[[{}]],"x":1}`:                            `unknown field "x"`,
		`{"features":[],"bias":0,"trees":[[{}]]}`:                                     "0 measurements: must be from 1 to 200",
		`{"features":["a"],"bias":0,"trees":[]}`:                                      "it has no trees",
		`{"features":["a"],"bias":0,"trees":[[]]}`:                                    "tree 0 has no nodes",
		`{"features":["a"],"trees":[[{"left":1,"right":2},{},{"left":1,"right":2}]]}`: "tree 0, node 2: its children are 1 and 2 of 3 nodes",
		`{"features":["a"],"trees":[[{},{"left":1,"right":2},{}]]}`:                   "tree 0, node 1: its children are 1 and 2 of 3 nodes",
		`{"features":["a"],"trees":[[{},{"left":2,"right":1},{}]]}`:                   "tree 0, node 1: its children are 2 and 1 of 3 nodes",
		`{"features":["a"],"trees":[[{"left":1,"right":2},{}]]}`:                      "tree 0, node 0: its children are 1 and 2 of 2 nodes",
		`{"features":["a"],"trees":[[{"left":1},{}]]}`:                                "tree 0, node 0: its children are 1 and 0 of 2 nodes",
		`{"features":["a"],"trees":[[{"feature":1,"left":1,"right":2},{},{}]]}`:       "tree 0, node 0: it compares measurement 1 of 1",
		`{"features":["a"],"trees":[[{"feature":-1,"left":1,"right":2},{},{}]]}`:      "tree 0, node 0: it compares measurement -1 of 1",
		`{"features":["a"],"bias":1e999,"trees":[[{}]]}`:                              "cannot unmarshal number 1e999",
	} {
		decoded, err := defects.Kind{}.Decode([]byte(data))
		assert.Nil(t, decoded, data)
		assert.ErrorContains(t, err, want, data)
		assert.ErrorContains(t, err, "this is not an encoded model", data)
	}
}

// FuzzDecode feeds broken models: whatever is decoded must answer with a probability.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"features":["a","b"],"bias":-1,"trees":[[{"feature":1,"threshold":2,"left":1,"right":2},{"value":1},{"value":-1}]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		decoded, err := defects.Decode(data)
		if err != nil {
			return
		}
		input := model.Input{Features: map[string]float64{}}
		for _, name := range decoded.Features() {
			input.Features[name] = 1
		}
		got, refusal := decoded.Predict(input)
		if refusal != nil || math.IsNaN(got.Confidence) || got.Confidence < 0.5 || got.Confidence > 1 {
			t.Fatalf("%+v %+v", got, refusal)
		}
	})
}
