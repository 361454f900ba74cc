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
