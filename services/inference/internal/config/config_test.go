package config_test

import (
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/config"
)

func load(t *testing.T, args ...string) (*config.Train, error) {
	t.Helper()
	settings, flags := &config.Train{}, pflag.NewFlagSet("train", pflag.ContinueOnError)
	settings.Bind(flags)
	require.NoError(t, flags.Parse(args))
	err := config.Load(flags, settings)
	return settings, err
}

// Not parallel: it sets the environment.
func TestFlagsWinOverTheEnvironmentOverDefaults(t *testing.T) {
	t.Setenv("HOLDOUT", "0.5")
	t.Setenv("SEED", "7")
	t.Setenv("MINIMUM_ACCURACY", "")
	t.Setenv("MODEL_URI", "s3://models/tenants/a/sentiment")
	settings, err := load(t, "--seed=9")
	require.NoError(t, err)
	assert.InDelta(t, 0.5, settings.Holdout, 0)
	assert.EqualValues(t, 9, settings.Seed)
	assert.InDelta(t, config.DefaultMinimumAccuracy, settings.MinimumAccuracy, 0, "an empty variable is not set")
}

func TestNamesAreResolved(t *testing.T) {
	t.Setenv("RAW_URI", "s3://raw/tenants/a")
	t.Setenv("MODELS_URI", "s3://models/tenants/a/")
	t.Setenv("MODEL_URI", "s3://models/tenants/a/sentiment")
	for name, c := range map[string]struct {
		args         []string
		data, output string
	}{
		"nothing":   {nil, "", "s3://models/tenants/a/sentiment"},
		"names":     {[]string{"--data=x/y.csv", "--output=new"}, "s3://raw/tenants/a/x/y.csv", "s3://models/tenants/a/new"},
		"URIs":      {[]string{"--data=s3://o/x.csv", "--output=file:///m"}, "s3://o/x.csv", "file:///m"},
		"paths":     {[]string{"--data=/x y.csv", "--output=/m"}, "file:///x%20y.csv", "file:///m"},
		"no way up": {[]string{"--data=../b/x.csv"}, "s3://raw/tenants/a/b/x.csv", "s3://models/tenants/a/sentiment"},
	} {
		settings, err := load(t, c.args...)
		require.NoError(t, err, name)
		assert.Equal(t, c.data, settings.DataURI, name)
		assert.Equal(t, c.output, settings.ModelOutputURI, name)
	}
}

// TestBounds takes what the messages name, and refuses what is next to it.
func TestBounds(t *testing.T) {
	t.Parallel()
	for flag, c := range map[string]struct {
		least, most, below, above, rule string
	}{
		"port":            {"1024", "65535", "1023", "65536", "must be 0 or from 1024 to 65535: containers do not run as root"},
		"model-refresh":   {"100ms", "24h0m0s", "99ms", "24h0m1s", "must be from 100ms to 24h"},
		"request-timeout": {"100ms", "24h0m0s", "99ms", "24h0m1s", "must be from 100ms to 24h"},
		"drain-timeout":   {"100ms", "24h0m0s", "99ms", "24h0m1s", "must be from 100ms to 24h"},
		"drain-delay":     {"0s", "1h0m0s", "-1s", "1h0m1s", "must be from 0s to 1h"},
		"max-body-bytes":  {"1024", "1073741824", "1023", "1073741825", "must be from 1024 (1 KiB) to 1073741824 (1 GiB)"},
		"max-model-bytes": {"1024", "1073741824", "1023", "1073741825", "must be from 1024 (1 KiB) to 1073741824 (1 GiB)"},
	} {
		for value, fits := range map[string]bool{c.least: true, c.most: true, c.below: false, c.above: false} {
			settings, flags := &config.Serve{}, pflag.NewFlagSet("serve", pflag.ContinueOnError)
			settings.Bind(flags)
			require.NoError(t, flags.Parse([]string{"--" + flag + "=" + value}))
			list := settings.Check()
			if fits {
				assert.Empty(t, list, "%s %s", flag, value)
				continue
			}
			require.Len(t, list, 1, "%s %s", flag, value)
			assert.Equal(t, config.Variable(flag), list[0].Field)
			assert.Equal(t, c.rule, list[0].Detail)
		}
	}
}

func TestSeedWhileEmpty(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ model, models, want string }{
		{"s3://m/tenants/a/defects/line-3", "s3://m/tenants/a", "s3://m/tenants/a"},
		{"s3://m/tenants/a/defects/line-3", "s3://m/tenants/a/", "s3://m/tenants/a"},
		{"s3://m/tenants/ab/x", "s3://m/tenants/a", "s3://m/tenants/ab/x"},
		{"s3://elsewhere/x", "s3://m/tenants/a", "s3://elsewhere/x"},
		{"s3://m/x", "", "s3://m/x"},
	} {
		settings := &config.Serve{ModelURI: c.model, ModelsURI: c.models}
		assert.Equal(t, c.want, settings.SeedWhileEmpty(), c)
	}
}
