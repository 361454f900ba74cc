package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/config/corpus"
)

// TestRefusedChanges changes stack files as nobody may who has deployed them: from
// Pulumi.old.yaml to Pulumi.new.yaml, with the word in the file "allow".
//
// Proves C2 by plain Go: a setting that would replace what holds data is refused with what
// would be lost and the safe way.
//
// Proves C9 by plain Go: Kubernetes is upgraded by one minor version at a time.
//
// Proves C8 by plain Go: a volume becomes no smaller.
//
// Proves C7 by plain Go: a new major version of the database needs a setting that says so,
// and an older version is refused.
func TestRefusedChanges(t *testing.T) {
	t.Parallel()
	testCorpus(t, changeCorpus, func(c *corpus.Case) error {
		before, after := settingsOf(t, c.Files["Pulumi.old.yaml"]), settingsOf(t, c.Files["Pulumi.new.yaml"])
		allowed, err := after.ParseAllowed(c.Files["allow"])
		if err != nil {
			return err
		}
		return after.CheckChanges(before.Recorded(), allowed)
	})
}

func settingsOf(t *testing.T, text string) settings.Platform {
	t.Helper()
	stack, err := settings.FromStackFile([]byte(text), "test")
	require.NoError(t, err)
	return stack
}

// TestAcceptedChanges changes stacks as their owners may.
//
// Proves C2 by plain Go: what is not fixed may change, and what is fixed with the word.
func TestAcceptedChanges(t *testing.T) {
	t.Parallel()
	text, _ := readStack(t, "dev")
	deployed := settingsOf(t, text)
	recorded := deployed.Recorded()
	assert.Equal(t, map[string]string{
		"substrate": "aws", "project": "mlops", "environment": "dev",
		"aws.region": "eu-west-1", "aws.accountId": "111111111111", "aws.partition": "aws",
		"network.cidr": "10.0.0.0/16", "network.zones": "eu-west-1a,eu-west-1b",
		"cluster.serviceCidr": "172.20.0.0/16", "cluster.zones": "eu-west-1a,eu-west-1b", "cluster.version": "1.35",
		"metadataStore.engineVersion": "17", "metadataStore.allocatedGiB": "20", "monitoring.storageGiB": "50",
	}, recorded)
	deployed.Monitoring.Enabled = false
	withoutMonitoring := deployed.Recorded()
	assert.NotContains(t, withoutMonitoring, "monitoring.storageGiB")
	for name, c := range map[string]struct {
		change   func(*settings.Platform)
		allowed  string
		recorded map[string]string
	}{
		"nothing":             {func(*settings.Platform) {}, "", recorded},
		"a zone more":         {func(p *settings.Platform) { p.Network.Zones = append(p.Network.Zones, "eu-west-1c") }, "", recorded},
		"one minor version":   {func(p *settings.Platform) { p.Cluster.Version = "1.36" }, "", recorded},
		"more, with the word": {func(p *settings.Platform) { p.Cluster.Version = "1.38" }, "cluster.version", recorded},
		"a minor database":    {func(p *settings.Platform) { p.MetadataStore.EngineVersion = "17.6" }, "", recorded},
		"a major database": {func(p *settings.Platform) {
			p.MetadataStore.EngineVersion, p.MetadataStore.AllowMajorVersionUpgrade = "18", true
		}, "", recorded},
		"larger volumes": {func(p *settings.Platform) {
			p.MetadataStore.AllocatedGiB, p.Monitoring.StorageGiB = 100, 100
		}, "", recorded},
		"a smaller volume, with the word":  {func(p *settings.Platform) { p.Monitoring.StorageGiB = 40 }, "monitoring.storageGiB", recorded},
		"a smaller volume of what was off": {func(p *settings.Platform) { p.Monitoring.StorageGiB = 40 }, "", withoutMonitoring},
		"a smaller volume of what goes": {func(p *settings.Platform) {
			p.Monitoring.StorageGiB, p.Monitoring.Enabled = 40, false
		}, "", recorded},
		"another owner":      {func(p *settings.Platform) { p.Owner = "others" }, "", recorded},
		"with the word":      {func(p *settings.Platform) { p.Network.CIDR, p.Project = "10.1.0.0/16", "ml" }, " project,network.cidr, ", recorded},
		"before any record":  {func(p *settings.Platform) { p.Network.CIDR = "10.1.0.0/16" }, "", nil},
		"not recorded":       {func(p *settings.Platform) { p.Network.CIDR = "10.1.0.0/16" }, "", map[string]string{"project": "mlops"}},
		"a key that is gone": {func(*settings.Platform) {}, "", map[string]string{"project": "mlops", "network.gone": "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := settingsOf(t, text)
			c.change(&changed)
			allowed, err := changed.ParseAllowed(c.allowed)
			require.NoError(t, err)
			assert.NoError(t, changed.CheckChanges(c.recorded, allowed))
		})
	}
}
