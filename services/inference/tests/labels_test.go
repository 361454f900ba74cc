package tests

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/defects"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

// coin is 0 or 1 by chance, and for the same name always the same.
func coin(name string) int { return int(sha256.Sum256([]byte(name))[0] & 1) }

// spellings are ways to write a text that make no difference to the model.
func spellings(text string) []string {
	return []string{text, strings.ToUpper(text), text + "!", strings.ReplaceAll(text, " ", "  "), "... " + text + " 42"}
}

// randomTexts is a table of 200 texts with labels that have nothing to do with them,
// each in five spellings with the same label.
func randomTexts(draw int) string {
	var b strings.Builder
	b.WriteString("text,label\n")
	for i := range 200 {
		words := []string{"a", "b", "c", "d"}
		for j, begin := range words {
			sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d", draw, i, j))
			words[j] = begin + string('a'+rune(sum[0]%20)) + string('a'+rune(sum[1]%20)) + "x"
		}
		label := sentiment.Classes()[coin(fmt.Sprint("label", draw, i))]
		for _, text := range spellings(strings.Join(words, " ")) {
			fmt.Fprintf(&b, "%s,%s\n", text, label)
		}
	}
	return b.String()
}

// randomParts is the same of parts, with numbers in five spellings.
func randomParts(draw int) string {
	var b strings.Builder
	b.WriteString("size,label\n")
	for i := range 200 {
		label := defects.Classes()[coin(fmt.Sprint("label", draw, i))]
		for _, zero := range []string{"", ".0", ".00", "e0", ".0e+0"} {
			fmt.Fprintf(&b, "%d%s,%s\n", i, zero, label)
		}
	}
	return b.String()
}

func write(t *testing.T, table string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "table.csv")
	require.NoError(t, os.WriteFile(file, []byte(table), 0o600))
	return "--data=" + file
}

// TestRandomLabelsAreNotPublished writes every input in five ways, so that what is kept
// back would have been learned in another spelling. The bound on the accuracy is off: that
// the labels mean nothing must be noticed without it.
//
// Proves N11 by the real server: labels that have nothing to do with the inputs are never
// published, however often an input occurs and however it is written.
func TestRandomLabelsAreNotPublished(t *testing.T) {
	t.Parallel()
	for kind, table := range map[string]func(int) string{"sentiment": randomTexts, "defects": randomParts} {
		for draw := range 3 {
			folder := t.TempDir()
			output, err := train(t, nil, "--model-kind="+kind, "--output="+folder, "--minimum-accuracy=0", write(t, table(draw)))
			require.Error(t, err, output)
			assert.Regexp(t, `\ninference: the answers fit the labels of the rows kept back no better than chance \(p = 0\.\d{3}\): `+
				`must be below 0\.01 \(look at the labels, or bring more rows\); nothing was published, and the model is kept as \S+, rejected\n$`, output)
			entries, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Len(t, entries, 1)
			assert.Equal(t, "rejected", entries[0].Name())
		}
	}
}

// TestAlwaysTheFrequentClassIsNotPublished has an accuracy above the bound that says
// nothing: nine of ten parts are good, and what is measured has nothing to do with it.
//
// Proves N11 by the real server: a model that answers the same whatever it is asked is
// not published, however rare the other class is.
func TestAlwaysTheFrequentClassIsNotPublished(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("size,label\n")
	for i := range 600 {
		label := defects.OK
		if sha256.Sum256([]byte(fmt.Sprint("rare", i)))[0] < 26 {
			label = defects.Defect
		}
		fmt.Fprintf(&b, "%d,%s\n", i%7*100+i, label)
	}
	folder := t.TempDir()
	output, err := train(t, nil, "--model-kind=defects", "--output="+folder, write(t, b.String()))
	require.Error(t, err, output)
	assert.Contains(t, output, "no better than chance", output)
	assert.Regexp(t, `accuracy 0\.[89]\d\d`, output)
}

// TestTablesOfSpreadsheets has the sample as programs for tables save it.
//
// Proves N11 by the real server: a byte order mark before a header in quotation marks
// changes nothing about what is learned.
func TestTablesOfSpreadsheets(t *testing.T) {
	t.Parallel()
	text, err := io.ReadAll(sentiment.Kind{}.Sample())
	require.NoError(t, err)
	sample := string(text)
	want, err := train(t, nil, "--output="+t.TempDir(), write(t, sample))
	require.NoError(t, err, want)
	_, rows, _ := strings.Cut(sample, "\n")
	for name, table := range map[string]string{
		"mark":                "\ufeff" + sample,
		"mark and quotations": "\ufeff\"text\",\"label\"\n" + rows,
		"line ends":           "\ufeff" + strings.ReplaceAll(sample, "\n", "\r\n"),
	} {
		got, err := train(t, nil, "--output="+t.TempDir(), write(t, table))
		require.NoError(t, err, "%s: %s", name, got)
		assert.Equal(t, learned(want), learned(got), name)
	}
	for name, c := range map[string]struct{ table, want string }{
		"UTF-16":  {"\xff\xfet\x00e\x00x\x00t\x00,\x00l\x00a\x00b\x00e\x00l\x00\n\x00", "line 1: must be UTF-8: export the table once more, in a spreadsheet as CSV UTF-8\n"},
		"Latin-1": {"text,label\nna\xefve,positive\n", "1 bad rows:\n  line 2: must be UTF-8\n"},
	} {
		output, err := train(t, nil, "--output="+t.TempDir(), write(t, c.table))
		require.Error(t, err, name)
		assert.True(t, strings.HasSuffix(output, c.want), "%s: %s", name, output)
	}
}

// learned is the report of a training run, without the lines of the log.
func learned(output string) string {
	var b strings.Builder
	for line := range strings.Lines(output) {
		if !strings.HasPrefix(line, "{") {
			b.WriteString(line)
		}
	}
	return b.String()
}
