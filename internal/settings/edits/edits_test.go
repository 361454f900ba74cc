package edits_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/settings/edits"
)

const file = `config:
  mlops:platform:
    environment: dev
    owner: ml-platform
    costCenter: ml-dev
    aws: {region: eu-west-1, accountId: "111111111111"}
    cluster: {adminPrincipalArns: ["arn:aws:iam::111111111111:role/mlops-deploy", "arn:aws:iam::111111111111:role/admin"]}
    nodeGroups:
      system: {role: system, instanceTypes: [m6i.large], minSize: 2, maxSize: 3}
      cpu: {role: cpu, instanceTypes: [m6i.xlarge], minSize: 1, maxSize: 4}
    registry: {repositories: [{name: inference, tenants: [tenant-a]}, {name: training, tenants: [tenant-a]}]}
    monitoring: {alerting: {webhook: {url: {secure: "v1:b25l"}}}}
`

// between compares the file with one in which texts are replaced.
func between(t *testing.T, replacements ...string) []edits.Edit {
	t.Helper()
	read := func(text string) settings.Platform {
		values, err := settings.FromStackFile([]byte(text), "dev")
		require.NoError(t, err)
		return values
	}
	edited := strings.NewReplacer(replacements...).Replace(file)
	require.NotEqual(t, file, edited)
	found, err := edits.Between(read(file), read(edited))
	require.NoError(t, err)
	return found
}

// TestEdits is about keys of every kind: of objects, of maps and of lists by name, and
// those that only differ by their defaults.
func TestEdits(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("changes.json")
	require.NoError(t, err)
	var does map[string]string
	require.NoError(t, json.Unmarshal(text, &does))
	burst := `{"role":"spot","instanceTypes":["c6i.large","c5.large","c6a.large","c5a.large"],"capacityType":"SPOT","amiType":"AL2023_x86_64_STANDARD",` +
		`"minSize":0,"maxSize":5,"desiredSize":0,"diskSizeGiB":100,"zone":"eu-west-1a","labels":null,"schedule":null}`
	assert.Equal(t, []edits.Edit{
		{Key: "costCenter", From: `"ml-dev"`, To: `"ml-two"`, Does: does["costCenter"]},
		{Key: "network.cidr", From: `"10.0.0.0/16"`, To: `"10.9.0.0/16"`, Does: does["network.cidr"]},
		{Key: "nodeGroups[burst]", To: burst, Does: does["nodeGroups"]},
		{Key: "nodeGroups[cpu].minSize", From: `1`, To: `2`, Does: does["nodeGroups.<name>.minSize"]},
		{Key: "nodeGroups[cpu].desiredSize", From: `1`, To: `2`, Does: does["nodeGroups.<name>.desiredSize"]},
		{Key: "registry.repositories[inference]", From: `{"name":"inference","tenants":["tenant-a"]}`, Does: does["registry.repositories"]},
		{Key: "registry.repositories[training].tenants", From: `["tenant-a"]`, To: `["tenant-b"]`, Does: does["registry.repositories[].tenants"]},
	}, between(
		t, "ml-dev", "ml-two",
		"    nodeGroups:\n", `    network: {cidr: 10.9.0.0/16}
    nodeGroups:
      burst: {role: spot, instanceTypes: [c6i.large, c5.large, c6a.large, c5a.large], minSize: 0, maxSize: 5}
`,
		"minSize: 1", "minSize: 2", "{name: inference, tenants: [tenant-a]}, ", "", "training, tenants: [tenant-a]", "training, tenants: [tenant-b]",
	))
	assert.NotContains(t, slices.Collect(maps.Values(does)), "")
}

// TestSecretsAreNotShown is about values that nobody may see, not even whether they differ.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	assert.Empty(t, between(t, "v1:b25l", "v1:dHdv"))
	assert.Equal(t, []edits.Edit{{Key: "monitoring.alerting.webhook", From: `{"url":"(secret)"}`}}, withoutDoes(between(
		t, "webhook: {url: {secure: \"v1:b25l\"}}", "sns: {topicArn: \"arn:aws:sns:eu-west-1:111111111111:alerts\"}",
	))[1:])
}

func withoutDoes(list []edits.Edit) []edits.Edit {
	for i := range list {
		list[i].Does = ""
	}
	return list
}
