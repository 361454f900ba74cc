package sentiment_test

import (
	"bytes"
	"encoding/gob"
	"strings"
	"testing"

	"github.com/jbrukh/bayesian"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

func small(t *testing.T) *sentiment.Model {
	t.Helper()
	trainer := sentiment.NewTrainer()
	for _, text := range []string{"good tea", "very good service", "tea with good people"} {
		require.NoError(t, trainer.Learn(text, sentiment.Positive))
	}
	for _, text := range []string{"bad tea", "not good", "bad service", "not good people"} {
		require.NoError(t, trainer.Learn(text, sentiment.Negative))
	}
	model, err := trainer.Model()
	require.NoError(t, err)
	return model
}

func TestTerms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                                nil,
		"   ...  42 !":                    nil,
		"Loved, LOVED; loving it":         {"love", "it"},
		"It isn't a good idea, but great": {"it", "isn't", "not_a", "not_good", "not_idea", "great"},
		"isn’t good":                      {"isn't", "not_good"},
		"no good. Good":                   {"no", "not_good", "good"},
		"never once in my life good":      {"never", "not_once", "not_in", "not_my", "life", "good"},
		"ｇｏｏｄ":                            {"good"},
		"naïve café":                      {"naïv", "café"},
	} {
		assert.ElementsMatch(t, want, sentiment.Terms(text), text)
	}
}

func TestPredict(t *testing.T) {
	t.Parallel()
	model := small(t)
	for text, want := range map[string]string{
		"good": sentiment.Positive, "GOOD tea!": sentiment.Positive,
		"bad": sentiment.Negative, "not good": sentiment.Negative, "it isn't good": sentiment.Negative,
	} {
		got := model.Classify(text)
		assert.Equal(t, want, got.Class, text)
		assert.Greater(t, got.Confidence, 0.5, text)
		assert.LessOrEqual(t, got.Confidence, 1.0, text)
	}
}

func TestUnknownWordsSayNothing(t *testing.T) {
	t.Parallel()
	model := small(t)
	assert.Equal(t, model.Classify("good"), model.Classify("good xylophone quagmire"))
	nothing := model.Classify("")
	assert.InDelta(t, 0.5, nothing.Confidence, 0.15)
	assert.Equal(t, nothing, model.Classify("xylophone quagmire"))
}

func TestLongTextsDoNotUnderflow(t *testing.T) {
	t.Parallel()
	trainer := sentiment.NewTrainer()
	var positive, negative strings.Builder
	for i := range 5000 {
		word := "w" + strings.Repeat("ab", i%50) + strings.Repeat("c", i/50)
		positive.WriteString(word + " ")
		negative.WriteString(word + "z ")
	}
	for range 2 {
		require.NoError(t, trainer.Learn(positive.String(), sentiment.Positive))
		require.NoError(t, trainer.Learn(negative.String()+" common", sentiment.Negative))
	}
	require.NoError(t, trainer.Learn("common", sentiment.Positive))
	model, err := trainer.Model()
	require.NoError(t, err)
	got := model.Classify(negative.String())
	assert.Equal(t, sentiment.Negative, got.Class)
	assert.Greater(t, got.Confidence, 0.5, "the probabilities of this text underflow")
	assert.LessOrEqual(t, got.Confidence, 1.0)
}

func TestLearnRefuses(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, sentiment.NewTrainer().Learn("x", "neutral"), `class "neutral": must be one of ["positive" "negative"]`)
	trainer := sentiment.NewTrainer()
	require.NoError(t, trainer.Learn("good good", sentiment.Positive))
	_, err := trainer.Model()
	assert.EqualError(t, err, `learning from 1 texts: it knows no words of class "positive": a word must be in at least 2 texts to be learned`)
}

func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	model := small(t)
	data, err := model.Encode()
	require.NoError(t, err)
	again, err := sentiment.Decode(data)
	require.NoError(t, err)
	assert.Equal(t, model.Describe(), again.Describe())
	for _, text := range []string{"good", "not good", "tea", ""} {
		assert.Equal(t, model.Classify(text), again.Classify(text), text)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	whole, err := small(t).Encode()
	require.NoError(t, err)
	encoded := func(classifier *bayesian.Classifier) []byte {
		var buffer bytes.Buffer
		require.NoError(t, classifier.WriteGob(&buffer))
		return buffer.Bytes()
	}
	foreign := bayesian.NewClassifier("cat", "dog")
	foreign.Observe("fur", 1, "cat")
	half := bayesian.NewClassifier(sentiment.Positive, sentiment.Negative)
	half.Observe("good", 1, sentiment.Positive)
	var hollow bytes.Buffer
	require.NoError(t, gob.NewEncoder(&hollow).Encode(struct{ Classes []bayesian.Class }{[]bayesian.Class{sentiment.Positive, sentiment.Negative}}))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":         {nil, "EOF"},
		"text":          {[]byte("hello, this is no model"), "this is not an encoded model"},
		"half a file":   {whole[:len(whole)/2], "unexpected EOF"},
		"other classes": {encoded(foreign), `it tells ["cat" "dog"] apart`},
		"half a model":  {encoded(half), `it knows no words of class "negative"`},
		"no data":       {hollow.Bytes(), "nil pointer"},
	} {
		model, err := sentiment.Decode(c.data)
		assert.Nil(t, model, name)
		assert.ErrorContains(t, err, c.want, name)
		assert.ErrorContains(t, err, "this is not an encoded model", name)
	}
}
