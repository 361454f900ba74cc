package awsvalues_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/tests/config/awsvalues"
	"github.com/mlops-iac/mlops/tests/harness"
	validcluster "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
	validmetadatastore "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
	validregistry "github.com/mlops-iac/mlops/tests/harness/valid/registry"
	validstores "github.com/mlops-iac/mlops/tests/harness/valid/stores"
)

var root = filepath.Join("..", "..", "..")

// TestEveryWrongValueIsStoppedWhereTheCorpusSays puts each case through our
// checks. What the corpus leaves to others must really pass, so that a rule that
// is added later moves its cases.
func TestEveryWrongValueIsStoppedWhereTheCorpusSays(t *testing.T) {
	t.Parallel()
	for _, c := range awsvalues.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			err := c.Validate(root)
			if c.Stop != awsvalues.Ours {
				assert.NoError(t, err, "our checks stop it: the corpus must say so")
				return
			}
			require.Error(t, err, "nothing stops it")
			assert.ErrorContains(t, err, c.Message)
		})
	}
}

func TestTheCorpusIsComplete(t *testing.T) {
	t.Parallel()
	count, names := map[awsvalues.Where]int{}, []string{}
	for _, c := range awsvalues.Cases() {
		count[c.Stop]++
		assert.NotContains(t, names, c.Name)
		names = append(names, c.Name)
		assert.True(t, (c.Settings == nil) != (c.Args == nil), "%s: exactly one way in", c.Name)
		assert.Equal(t, c.Stop == awsvalues.Ours, c.Message != "", "%s: a message is ours", c.Name)
		assert.Equal(t, c.Stop == awsvalues.Ours, c.Reason == "", "%s: what passes needs a reason", c.Name)
		assert.Equal(t, c.Type == "", c.Property == "" && c.Value == nil, "%s: type, property and value belong together", c.Name)
	}
	t.Logf("%d values: %d stopped by us, %d by the provider, %d nowhere",
		len(names), count[awsvalues.Ours], count[awsvalues.Provider], count[awsvalues.Nowhere])
	assert.GreaterOrEqual(t, len(names), 60)
	assert.LessOrEqual(t, count[awsvalues.Nowhere]*10, len(names), "most must be stopped by us")
}

// TestTheCorpusNamesResourcesOfThePlan keeps the types, which the comparison with
// the provider depends on.
func TestTheCorpusNamesResourcesOfThePlan(t *testing.T) {
	t.Parallel()
	planned := []string{cluster.ControlPlaneType} // a child that mocks never register
	for _, each := range plan(t).Resources() {
		planned = append(planned, each.Type)
	}
	for _, c := range awsvalues.Cases() {
		if c.Type != "" {
			assert.True(t, slices.Contains(planned, c.Type), "%s: the plan has no %s", c.Name, c.Type)
		}
	}
}

// TestFixedValuesNamePropertiesOfThePlan keeps types and properties.
func TestFixedValuesNamePropertiesOfThePlan(t *testing.T) {
	t.Parallel()
	record, names := plan(t), []string{}
	step := strings.NewReplacer("[", ".", "]", "")
	for _, v := range awsvalues.FixedValues() {
		assert.NotContains(t, names, v.Name)
		names = append(names, v.Name)
		has := func(r harness.Resource) bool { return r.Prop(step.Replace(v.Property)) != nil }
		assert.True(t, slices.ContainsFunc(record.OfType(v.Type), has), "%s: the plan has no %s of %s", v.Name, v.Property, v.Type)
	}
}

// plan registers the stack whose file the corpus changes.
func plan(t *testing.T) *harness.Recorder {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Pulumi."+awsvalues.Stack+".yaml"))
	require.NoError(t, err)
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	own, err := json.Marshal(file.Config[settings.FullKey])
	require.NoError(t, err)
	record, err := harness.RunErr(platform.New(platform.Options{}),
		harness.WithStack(awsvalues.Stack), harness.WithConfig(map[string]string{settings.FullKey: string(own)}),
		validcluster.ControlPlane(awsvalues.Stack), validnodegroup.NoClusters(), validnodegroup.AutoScalingGroups(), validmetadatastore.Database(), validregistry.Repositories(), validstores.GeneratedSecrets())
	require.NoError(t, err)
	return record
}

// TestRegionsAreThoseOfTheSDK notices regions that the SDK has learnt.
func TestRegionsAreThoseOfTheSDK(t *testing.T) {
	t.Parallel()
	for _, region := range []aws.Region{
		aws.RegionAFSouth1, aws.RegionAPEast1, aws.RegionAPNortheast1, aws.RegionAPNortheast2, aws.RegionAPNortheast3,
		aws.RegionAPSouth1, aws.RegionAPSouth2, aws.RegionAPSoutheast1, aws.RegionAPSoutheast2, aws.RegionAPSoutheast3,
		aws.RegionAPSoutheast4, aws.RegionAPSoutheast5, aws.RegionAPSoutheast7, aws.RegionCACentral, aws.RegionCAWest1,
		aws.RegionEUCentral1, aws.RegionEUCentral2, aws.RegionEUNorth1, aws.RegionEUSouth1, aws.RegionEUSouth2,
		aws.RegionEUWest1, aws.RegionEUWest2, aws.RegionEUWest3, aws.RegionILCentral1, aws.RegionMECentral1,
		aws.RegionMESouth1, aws.RegionMXCentral1, aws.RegionSAEast1, aws.RegionUSEast1, aws.RegionUSEast2,
		aws.RegionUSWest1, aws.RegionUSWest2, aws.RegionCNNorth1, aws.RegionCNNorthwest1, aws.RegionUSGovEast1, aws.RegionUSGovWest1,
	} {
		assert.True(t, awsenv.IsRegion(string(region)), region)
	}
}
