package config_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/config/corpus"
)

// Where the corpora are.
var (
	stackCorpus  = filepath.Join("testdata", "stacks")
	tenantCorpus = filepath.Join("testdata", "tenants")
	changeCorpus = filepath.Join("testdata", "changes")
)

var update = flag.Bool("update", false, "rewrite the wanted errors under testdata from what the cases lead to")

// testCorpus loads every case of a folder and compares its error with the one
// wanted, or rewrites the latter.
func testCorpus(t *testing.T, folder string, load func(*corpus.Case) error) {
	t.Helper()
	for _, topic := range corpus.Load(t, folder) {
		t.Run(topic.Name, func(t *testing.T) {
			t.Parallel()
			for _, c := range topic.Cases {
				err := load(c)
				require.Error(t, err, c.Name)
				if *update {
					c.Want = err.Error()
				}
				assert.Equal(t, c.Want, err.Error(), c.Name)
				for file := range c.Files {
					assert.True(t, len(c.Files) > 1 || strings.Contains(c.Want, file+": "), "%s: the error must name %s", c.Name, file)
				}
			}
			if *update {
				require.NoError(t, topic.Write())
			}
		})
	}
}
