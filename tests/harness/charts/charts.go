// Package charts compares the Helm releases of a record with the charts that
// their repositories hold.
package charts

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/tests/harness"
)

// Published is a folder with what repositories hold: index.tsv lists versions,
// values/<chart>-<version>.yaml are the values of a chart, and
// schema/<chart>-<version>.schema.json is its schema where it has one.
type Published struct {
	folder   string
	versions index
}

// Find returns the folder "shared/charts" beside the checkout or beside a folder
// above it; nil where there is none.
var Find = sync.OnceValues(func() (*Published, error) {
	folder, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	for folder != filepath.Dir(folder) {
		folder = filepath.Dir(folder)
		lists := filepath.Join(folder, "shared", "charts")
		if text, err := os.ReadFile(filepath.Join(lists, "index.tsv")); err == nil {
			return &Published{folder: lists, versions: newIndex(string(text))}, nil
		}
	}
	return nil, nil // no folder is no error, and there is nothing to return
})

// Assert checks that the chart of a release exists in its version, has every
// value that the release sets, with its type, and takes them by its own schema.
func (p *Published) Assert(t *testing.T, release harness.Resource) {
	t.Helper()
	record := RecordOf(release)
	assert.True(t, p.versions.has(record), "%v is in no version list", record)
	text, err := os.ReadFile(filepath.Join(p.folder, "values", record.Chart+"-"+record.Version+".yaml"))
	require.NoError(t, err)
	var known map[string]any
	require.NoError(t, yaml.Unmarshal(text, &known))
	assert.Empty(t, unknown("", release.Prop("values"), known, free(record.Chart)), record.Chart)
	schema := filepath.Join(p.folder, "schema", record.Chart+"-"+record.Version+".schema.json")
	if _, err := os.Stat(schema); err != nil {
		return // most charts have none
	}
	compiled, err := jsonschema.Compile(schema)
	require.NoError(t, err)
	assert.NoError(t, compiled.Validate(release.Prop("values")), record.Chart)
}

// RecordOf reads the chart of a release.
func RecordOf(release harness.Resource) chart.Record {
	text := func(path string) string { value, _ := release.Prop(path).(string); return value }
	return chart.Record{Chart: text("chart"), Version: text("version"), Repository: text("repositoryOpts.repo")}
}

// Release returns the Helm release of the add-on called name, and checks that
// nothing is made for the add-on but it and one resource of each type in beside, that
// it is the chart of record, and, where there is something to compare with, that the
// chart has its values.
func Release(t *testing.T, recorder *harness.Recorder, token, name string, record chart.Record, beside ...string) harness.Resource {
	t.Helper()
	release := recorder.One(t, chart.ReleaseToken, name+"-release")
	assert.Equal(t, []string{token, name}, []string{release.ParentType, release.ParentName})
	var own []string
	for _, r := range recorder.Resources() {
		if r.ParentName == name || strings.HasPrefix(r.Name, name) {
			own = append(own, r.Type)
		}
	}
	assert.ElementsMatch(t, append(beside, token, chart.ReleaseToken), own)
	assert.Equal(t, record, RecordOf(release))
	published, err := Find()
	require.NoError(t, err)
	if published != nil {
		published.Assert(t, release)
	}
	return release
}
