package settings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	metadatastorespec "github.com/mlops-iac/mlops/components/metadatastore/spec"
	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/validation"
	"github.com/mlops-iac/mlops/tests/harness"
)

const least = `{
  "environment": "dev", "owner": "ml-platform", "costCenter": "ml-dev",
  "aws": {"region": "eu-west-1", "accountId": "012345678901"},
  "cluster": {"adminPrincipalArns": ["arn:aws:iam::012345678901:role/deploy", "arn:aws:iam::012345678901:user/ada"]}
}`

const webhook = "https://hooks.slack.example.com/services/T0/B0/hunter2"

// with returns least with further keys.
func with(keys string) string { return least[:len(least)-2] + ", " + keys + "}" }

func TestLeastConfigurationGetsEveryDefault(t *testing.T) {
	t.Parallel()
	got, err := settings.FromConfig(least, "dev")
	require.NoError(t, err)

	want := settings.Default(settings.SubstrateAWS)
	want.Environment, want.Owner, want.CostCenter = "dev", "ml-platform", "ml-dev"
	want.AWS = settings.AWS{Region: "eu-west-1", AccountID: "012345678901", Partition: settings.PartitionCommercial}
	want.Cluster.AdminPrincipalARNs = []string{"arn:aws:iam::012345678901:role/deploy", "arn:aws:iam::012345678901:user/ada"}
	want.Network.Zones = []string{"eu-west-1a", "eu-west-1b"}
	want.Cluster.Zones = []string{"eu-west-1a", "eu-west-1b"}
	for name, group := range want.NodeGroups {
		group.AMIType = nodegroupspec.AMIX86
		want.NodeGroups[name] = group
	}
	assert.Equal(t, want, got)
}

func TestLeastConfigurationOfAnExistingCluster(t *testing.T) {
	t.Parallel()
	got, err := settings.FromConfig(`
substrate: kubernetes
environment: local
owner: ml-platform
costCenter: ml-local
kubernetes: {context: kind-mlops}
`, "local")
	require.NoError(t, err)

	want := settings.Default(settings.SubstrateKubernetes)
	want.Environment, want.Owner, want.CostCenter = "local", "ml-platform", "ml-local"
	want.Kubernetes.Context = "kind-mlops"
	assert.Equal(t, want, got)
	for _, absent := range []any{got.AWS, got.Network, got.Cluster, got.NodeGroups, got.Addons.ClusterAutoscaler, got.Addons.NVIDIADevicePlugin} {
		assert.Empty(t, absent, "nothing of AWS may be filled in")
	}
	assert.True(t, got.Addons.MetricsServer.Enabled)
	assert.True(t, got.Monitoring.Enabled)
}

// TestKeysOfAnotherSubstrateAreNotLookedInto checks that what is wrong inside of
// a key that should not be there is not reported as well.
func TestKeysOfAnotherSubstrateAreNotLookedInto(t *testing.T) {
	t.Parallel()
	_, err := settings.FromConfig(with(`"kubernetes": {"contxt": 1, "ingress": [2]}`), "dev")
	require.EqualError(t, err, "Pulumi.dev.yaml: kubernetes: Forbidden: exists on substrate kubernetes only; this stack is on substrate aws")
}

func TestDefaultIsNotShared(t *testing.T) {
	t.Parallel()
	changed := settings.Default(settings.SubstrateAWS)
	changed.Registry.Repositories[0].Name = "changed"
	changed.NodeGroups["cpu"].InstanceTypes[0] = "changed"
	delete(changed.NodeGroups, "system")
	fresh := settings.Default(settings.SubstrateAWS)
	assert.Equal(t, settings.DefaultRepository, fresh.Registry.Repositories[0].Name)
	assert.Equal(t, nodegroupspec.Default(scheduling.RoleCPU), fresh.NodeGroups["cpu"])
	assert.Contains(t, fresh.NodeGroups, "system")
}

func TestDerivedValues(t *testing.T) {
	t.Parallel()
	got, err := settings.FromConfig(`
environment: dev
owner: ml-platform
costCenter: ml-dev
metadataStore: {caCertificate: `+strconv.Quote(metadatastorespec.AuthorityOf("eu-west-1"))+`}
aws: {region: cn-northwest-1, accountId: "012345678901"}
cluster:
  adminPrincipalArns: ["arn:aws-cn:iam::012345678901:role/deploy", "arn:aws-cn:iam::012345678901:role/path/admin"]
network: {zoneCount: 3}
nodeGroups:
  base: {role: system, minSize: 3, instanceTypes: [m7g.large]}
  train: {role: gpu}
  far: {role: gpu, zone: cn-northwest-1c, instanceTypes: [g5g.xlarge]}
  cheap: {role: spot, desiredSize: 2}
`, "dev")
	require.NoError(t, err)
	assert.Equal(t, settings.PartitionChina, got.AWS.Partition)
	assert.Equal(t, []string{"cn-northwest-1a", "cn-northwest-1b", "cn-northwest-1c"}, got.Network.Zones)
	require.Len(t, got.NodeGroups, 4, "groups in the file replace the default ones")

	base := got.NodeGroups["base"]
	assert.Equal(t, []int{3, 4, 3}, []int{base.MinSize, base.MaxSize, base.DesiredSize}, "the desired size follows the least one")
	assert.Equal(t, nodegroupspec.AMIARM, base.AMIType)
	assert.Empty(t, base.Zone)
	assert.Equal(t, "cn-northwest-1a", got.NodeGroups["train"].Zone)
	assert.Equal(t, nodegroupspec.AMIX86NVIDIA, got.NodeGroups["train"].AMIType)
	assert.Equal(t, "cn-northwest-1c", got.NodeGroups["far"].Zone)
	assert.Equal(t, nodegroupspec.AMIARMNVIDIA, got.NodeGroups["far"].AMIType)
	assert.Equal(t, "cn-northwest-1a", got.NodeGroups["cheap"].Zone)
	assert.Equal(t, 2, got.NodeGroups["cheap"].DesiredSize)
	assert.Equal(t, nodegroupspec.Spot, got.NodeGroups["cheap"].CapacityType)
}

func TestNamedZonesReplaceTheCount(t *testing.T) {
	t.Parallel()
	got, err := settings.FromConfig(with(`"network": {"zones": ["eu-west-1c", "eu-west-1a"], "zoneIds": ["euw1-az3", "euw1-az1"]}`), "dev")
	require.NoError(t, err)
	assert.Equal(t, []string{"eu-west-1c", "eu-west-1a"}, got.Network.Zones)
	assert.Zero(t, got.Network.ZoneCount)
}

func TestErrorsNameTheStackOnceAndKeepTheDetails(t *testing.T) {
	t.Parallel()
	_, err := settings.FromConfig(with(`"network": {"cidrr": 1, "nat": "x"}`), "dev")
	require.EqualError(t, err, "Pulumi.dev.yaml: 2 errors:\n"+
		"  network.cidrr: Forbidden: unknown key, did you mean \"cidr\"?\n"+
		"  network.nat: Unsupported value: \"x\": supported values: \"none\", \"single\", \"per-zone\"")
	var all *validation.Error
	require.ErrorAs(t, err, &all)
	assert.Len(t, all.List, 2)
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	got, err := settings.FromConfig(with(fmt.Sprintf(
		`"monitoring": {"alerting": {"slack": {"webhookUrl": %q, "channel": "#a"}}}`, webhook)), "dev")
	require.NoError(t, err)
	secret := got.Monitoring.Alerting.Slack.WebhookURL
	assert.True(t, secret.IsSet())
	assert.False(t, settings.Secret{}.IsSet())

	var text bytes.Buffer
	hidden := struct{ inner settings.Secret }{secret}
	for _, value := range []any{secret, &secret, *got.Monitoring.Alerting.Slack, got.Monitoring.Alerting, got, hidden, &hidden, []any{secret}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&text, verb, value)
		}
	}
	encoded, err := json.Marshal(got)
	require.NoError(t, err)
	text.Write(encoded)
	text.WriteString(secret.String() + secret.GoString())
	assert.NotContains(t, text.String(), "hunter2")
	assert.NotContains(t, text.String(), fmt.Sprintf("%x", "hunter2"))
	assert.Contains(t, text.String(), "(secret)")
	assert.Empty(t, settings.Secret{}.String())

	_, err = settings.FromConfig(with(`"monitoring": {"alerting": {"slack": {"webhookUrl": "http://hunter2", "channel": "#a"}}}`), "dev")
	require.EqualError(t, err, `Pulumi.dev.yaml: monitoring.alerting.slack.webhookUrl: Invalid value: "(secret)": must be an https address`)
}

// load runs Load as a program does, with or without encrypted configuration.
func load(config map[string]string, secretKeys ...string) (settings.Platform, error) {
	var got settings.Platform
	program := func(ctx *pulumi.Context) error {
		var err error
		got, err = settings.Load(ctx)
		return err
	}
	err := pulumi.RunErr(program, pulumi.WithMocks(harness.Project, harness.Stack, &harness.Recorder{}), func(info *pulumi.RunInfo) {
		info.Config, info.ConfigSecretKeys = config, secretKeys
	})
	return got, err
}

func TestLoad(t *testing.T) {
	t.Parallel()
	got, err := load(map[string]string{settings.FullKey: least})
	require.NoError(t, err)
	assert.Equal(t, "012345678901", got.AWS.AccountID)

	_, err = load(nil)
	require.ErrorContains(t, err, "configuration mlops:platform: mlops:platform is missing: it holds the settings of the stack")
	_, err = load(map[string]string{settings.FullKey: `{"a": 1, "a": 2}`})
	require.ErrorContains(t, err, `configuration mlops:platform: parsing YAML: line 1: mapping key "a" already defined at line 1`)
}

func TestLoadWantsSecretsEncrypted(t *testing.T) {
	t.Parallel()
	config := map[string]string{settings.FullKey: with(fmt.Sprintf(
		`"monitoring": {"alerting": {"slack": {"webhookUrl": %q, "channel": "#a"}}}`, webhook))}
	_, err := load(config)
	require.ErrorContains(t, err, "configuration mlops:platform: monitoring.alerting.slack.webhookUrl: Forbidden: must be encrypted: "+
		"pulumi config set --secret --path 'mlops:platform.monitoring.alerting.slack.webhookUrl'")
	assert.NotContains(t, err.Error(), "hunter2")

	got, err := load(config, settings.FullKey)
	require.NoError(t, err)
	assert.True(t, got.Monitoring.Alerting.Slack.WebhookURL.IsSet())
}

func TestSecretLeavesAsASecretOutput(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		var thing pulumi.CustomResourceState
		return ctx.RegisterResource("test:index:Thing", "thing", pulumi.Map{"token": settings.NewSecret("hunter2").Input()}, &thing)
	})
	thing := recorder.One(t, "test:index:Thing", "thing")
	assert.True(t, thing.IsSecret("token"))
	assert.Equal(t, "hunter2", thing.Inputs["token"].SecretValue().Element.StringValue())
}

func TestEncryptedValuesOfAStackFile(t *testing.T) {
	t.Parallel()
	file := `
config:
  mlops:platform:
    environment: dev
    owner: ml-platform
    costCenter: ml-dev
    aws: {region: eu-west-1, accountId: "012345678901"}
    cluster:
      adminPrincipalArns: ["arn:aws:iam::012345678901:role/deploy", "arn:aws:iam::012345678901:role/admin"]
    monitoring:
      alerting:
        slack: {webhookUrl: {secure: AAABAJd2}, channel: "@oncall"}
        pagerDuty: {routingKey: {secure: AAABAJd2}}
encryptionsalt: v1:x
`
	got, err := settings.FromStackFile([]byte(file), "dev")
	require.NoError(t, err)
	assert.True(t, got.Monitoring.Alerting.Slack.WebhookURL.IsSet())
	assert.True(t, got.Monitoring.Alerting.PagerDuty.RoutingKey.IsSet())

	// What an embedded preview hands to the program instead of secrets is accepted.
	_, err = load(map[string]string{settings.FullKey: with(fmt.Sprintf(
		`"monitoring": {"alerting": {"pagerDuty": {"routingKey": %q}}}`, settings.Placeholder))}, settings.FullKey)
	require.NoError(t, err)
}
