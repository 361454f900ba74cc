package tests

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

// worseTable is the sample with every tenth label turned round: good enough to be
// published where there is nothing yet.
func worseTable(t *testing.T) string {
	t.Helper()
	text, err := io.ReadAll(sentiment.Kind{}.Sample())
	require.NoError(t, err)
	turned := strings.NewReplacer(",positive", ",negative", ",negative", ",positive")
	var b strings.Builder
	row := 0
	for line := range strings.Lines(string(text)) {
		if row%10 == 1 {
			line = turned.Replace(line)
		}
		b.WriteString(line)
		row++
	}
	file := filepath.Join(t.TempDir(), "worse.csv")
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	return file
}

func published(t *testing.T, folder string) string {
	t.Helper()
	manifest, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	require.NoError(t, err)
	return string(manifest)
}

// TestABetterModelStays is about N14: what is published is replaced by nothing
// that does worse, unless somebody says so.
func TestABetterModelStays(t *testing.T) {
	t.Parallel()
	folder, worse := t.TempDir(), "--data="+worseTable(t)
	output, err := train(t, nil, "--output="+folder)
	require.NoError(t, err, output)
	good := published(t, folder)

	output, err = train(t, nil, "--output="+folder, worse)
	require.Error(t, err)
	assert.Regexp(t, regexp.MustCompile(
		`inference: the accuracy is 0\.714, and the model in use, \S+, has 0\.798 on the same rows: must be at least 0\.798; `+
			`nothing was published, and the model is kept as \S+, rejected\n$`), output)
	assert.Equal(t, good, published(t, folder))

	output, err = train(t, nil, "--output="+folder)
	require.NoError(t, err, "one as good is published: %s", output)

	output, err = train(t, []string{"KEEP_BETTER=false"}, "--output="+folder, worse)
	require.NoError(t, err, output)
	assert.NotEqual(t, good, published(t, folder))

	output, err = train(t, nil, "--output="+folder, "--seed=2")
	require.NoError(t, err, output)
	assert.Contains(t, output, "the model in use had another split and is not compared with")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "manifest.json"), []byte("{}"), 0o600))
	output, err = train(t, nil, "--output="+folder, worse)
	require.NoError(t, err, output)
	assert.Contains(t, output, "the model in use is broken and is replaced")
}
