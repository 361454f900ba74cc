package stack_test

import (
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/validation"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/charts"
)

var pull = flag.Bool("pull", false, "fetch every chart from its repository with helm")

// TestChartsArePublished fetches every chart. It needs helm and a network, so
// the nightly workflow runs it.
func TestChartsArePublished(t *testing.T) {
	t.Parallel()
	if !*pull {
		t.Skip("make charts fetches every chart from its repository")
	}
	folder := t.TempDir()
	for _, record := range platform.Charts() {
		command := exec.CommandContext(t.Context(), "helm", "pull", record.Chart,
			"--repo", record.Repository, "--version", record.Version, "--destination", folder)
		output, err := command.CombinedOutput()
		assert.NoError(t, err, "%s %s: %s", record.Chart, record.Version, output)
	}
}

// TestCharts installs every chart that a stack may install, and compares them
// with the table of the platform, with what packages record, and with the version
// lists and values files beside the checkout.
//
// Proves S2 by the values and schema of the chart: every chart that a stack may install is
// a released version that was looked up.
func TestCharts(t *testing.T) {
	t.Parallel()
	releases := everyRelease(t)
	t.Run("table", func(t *testing.T) {
		t.Parallel()
		var installed []chart.Record
		for _, release := range releases {
			installed = append(installed, charts.RecordOf(release))
		}
		slices.SortFunc(installed, chart.Record.Compare)
		assert.Equal(t, platform.Charts(), slices.Compact(installed), "platform.Charts, and what stacks with everything on install")
		assert.Len(t, platform.Charts(), recordedCharts(t), "internal/platform/catalogue.go lists every chart")
	})
	t.Run("published", func(t *testing.T) {
		t.Parallel()
		published, err := charts.Find()
		require.NoError(t, err)
		if published == nil {
			t.Skip("no folder shared/charts beside the checkout: charts are not compared with their repositories")
		}
		for _, release := range releases {
			published.Assert(t, release)
		}
	})
}

// everyRelease builds a stack on each substrate with all that can be switched on.
func everyRelease(t *testing.T) []harness.Resource {
	t.Helper()
	var releases []harness.Resource
	for stack, optional := range map[string]map[string]any{
		"dev": {"monitoring.enabled": true, "logs.enabled": true},
		localStack: {
			"monitoring.enabled": true, "logs.enabled": true, "logs.destination": "loki",
			"kubernetes.storageClass": "fast", "kubernetes.nodeRoles": true,
		},
	} {
		values := tree(t, stack)
		for path, value := range optional {
			set(t, values, path, value)
		}
		values["addons"] = switchedOn(reflect.TypeFor[settings.Addons](), string(parse(t, stack).Substrate))
		record, err := build(t, stack, values, platform.Options{})
		require.NoError(t, err)
		releases = append(releases, record.OfType(chart.ReleaseToken)...)
	}
	return releases
}

// switchedOn has every switch of a section on that exists on a substrate, with the
// examples of its lists.
func switchedOn(section reflect.Type, substrate string) map[string]any {
	values := map[string]any{}
	for _, field := range reflect.VisibleFields(section) {
		if field.Anonymous || validation.Elsewhere(field, substrate) {
			continue
		}
		switch field.Type.Kind() {
		case reflect.Bool:
			values[validation.Key(field)] = true
		case reflect.Slice:
			values[validation.Key(field)] = []any{field.Tag.Get("example")}
		case reflect.Struct:
			values[validation.Key(field)] = switchedOn(field.Type, substrate)
		}
	}
	return values
}

// recordedCharts counts the charts that packages record.
func recordedCharts(t *testing.T) int {
	t.Helper()
	count := 0
	err := filepath.WalkDir(filepath.Join(repository, "components"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		count += strings.Count(string(text), "\nvar Record = chart.Record{")
		return err
	})
	require.NoError(t, err)
	return count
}
