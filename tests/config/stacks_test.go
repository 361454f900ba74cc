package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/config/corpus"
)

// TestWrongStacks reads stack files of which nothing can be built.
//
// Proves V1 by plain Go: a network without NAT is refused with the services and the images that
// what is switched on needs, each by name.
//
// Proves V2 by plain Go: an endpoint service is the same one however it is spelt, and one of
// another region or partition is refused.
//
// Proves V3 by plain Go: a count of zones is refused in the regions where it does not say which
// zones are meant, with the key that does.
//
// Proves V4 by plain Go: node groups that cannot grow to their largest size in the range of the
// network are refused with the number of nodes that fit.
//
// Proves V5 by plain Go: an interface endpoint that nobody would use is refused in the stack
// file, in short and in full.
//
// Proves V6 by plain Go: a group with different numbers of GPUs, or different GPUs, is refused
// in the stack file.
//
// Proves V10 by plain Go: a number with a zero in front is refused, which YAML reads as octal.
//
// Proves V12 by plain Go: a replication with the key of another account is refused.
func TestWrongStacks(t *testing.T) {
	t.Parallel()
	testCorpus(t, stackCorpus, func(c *corpus.Case) error {
		for name, text := range c.Files {
			stack := strings.TrimSuffix(strings.TrimPrefix(name, "Pulumi."), ".yaml")
			loaded, err := settings.FromStackFile([]byte(text), stack)
			assert.Equal(t, settings.Platform{}, loaded, "%s: with errors there must be nothing to build", c.Name)
			return err
		}
		return nil
	})
}

// stackFile is the part of the repository's own stack files that is looked at.
type stackFile struct {
	Config struct {
		Disabled []string `yaml:"pulumi:disable-default-providers"`
		Platform any      `yaml:"mlops:platform"`
	} `yaml:"config"`
}

func readStack(t *testing.T, stack string) (string, stackFile) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "Pulumi."+stack+".yaml"))
	require.NoError(t, err)
	var file stackFile
	require.NoError(t, yaml.Unmarshal(text, &file))
	return string(text), file
}

// awsStacks are the stacks on AWS that the repository comes with.
func awsStacks() []string { return []string{"dev", "staging", "prod"} }

func TestRepositoryStacksAreValid(t *testing.T) {
	t.Parallel()
	for _, stack := range awsStacks() {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			text, file := readStack(t, stack)
			got, err := settings.FromStackFile([]byte(text), stack)
			require.NoError(t, err)
			assert.Equal(t, stack, got.Environment)
			assert.Equal(t, []string{"aws", "kubernetes"}, file.Config.Disabled)
			roles := map[string]scheduling.Role{}
			for name, group := range got.NodeGroups {
				roles[name] = group.Role
			}
			assert.Equal(t, map[string]scheduling.Role{
				"system": scheduling.RoleSystem, "cpu": scheduling.RoleCPU, "gpu": scheduling.RoleGPU, "spot": scheduling.RoleSpot,
			}, roles)
		})
	}
}

func TestTheLocalStackIsValid(t *testing.T) {
	t.Parallel()
	text, file := readStack(t, "local")
	got, err := settings.FromStackFile([]byte(text), "local")
	require.NoError(t, err)
	assert.Equal(t, []string{"aws", "kubernetes"}, file.Config.Disabled)
	assert.Equal(t, settings.SubstrateKubernetes, got.Substrate)
	assert.Equal(t, "local", got.Environment)
	assert.Equal(t, settings.Kubernetes{
		Context: "kind-mlops",
		DNS:     tenantspec.DNS{Namespace: "kube-system", PodLabels: map[string]string{"k8s-app": "kube-dns"}, Ports: []int{53}},
	}, got.Kubernetes)
	assert.Equal(t, "mlops.local", got.Registry.URL)
}

func TestRepositoryStacksDifferInValuesOnly(t *testing.T) {
	t.Parallel()
	_, first := readStack(t, awsStacks()[0])
	want := keysOf("", first.Config.Platform)
	require.NotEmpty(t, want)
	for _, stack := range awsStacks()[1:] {
		_, file := readStack(t, stack)
		assert.Equal(t, want, keysOf("", file.Config.Platform), stack)
	}
}

// keysOf lists every path of a tree; what a list holds is a value.
func keysOf(path string, tree any) []string {
	object, ok := tree.(map[string]any)
	if !ok {
		return []string{path}
	}
	var keys []string
	for key, value := range object {
		keys = append(keys, keysOf(path+"."+key, value)...)
	}
	slices.Sort(keys)
	return keys
}

// TestDesignValues holds what the design lays down per environment.
func TestDesignValues(t *testing.T) {
	t.Parallel()
	type values struct {
		Zones, Endpoints, FlowLogs, Images, Versions, Backups, Metrics int
		NAT                                                            networkspec.NATMode
		MultiAZ, DeletionProtection, FinalSnapshot, ForceDestroy       bool
	}
	want := map[string]values{
		"dev": {Zones: 2, NAT: networkspec.NATSingle, FlowLogs: 30, Images: 30, Versions: 30, Backups: 1, Metrics: 7, ForceDestroy: true},
		"staging": {
			Zones: 2, NAT: networkspec.NATSingle, FlowLogs: 90, Images: 50, Versions: 60, Backups: 7, Metrics: 15,
			DeletionProtection: true, FinalSnapshot: true,
		},
		"prod": {
			Zones: 3, NAT: networkspec.NATPerZone, Endpoints: 6, FlowLogs: 365, Images: 100, Versions: 90, Backups: 30, Metrics: 30,
			MultiAZ: true, DeletionProtection: true, FinalSnapshot: true,
		},
	}
	for stack, expected := range want {
		text, _ := readStack(t, stack)
		p, err := settings.FromStackFile([]byte(text), stack)
		require.NoError(t, err)
		assert.Equal(t, expected, values{
			Zones: len(p.Network.Zones), NAT: p.Network.NAT, Endpoints: len(p.Network.InterfaceEndpoints),
			FlowLogs: p.Network.FlowLogsRetentionDays, Images: p.Registry.KeepImages,
			Versions: p.ObjectStore.NoncurrentVersionDays, Backups: p.MetadataStore.BackupRetentionDays,
			Metrics: p.Monitoring.RetentionDays, MultiAZ: p.MetadataStore.MultiAZ,
			DeletionProtection: p.MetadataStore.DeletionProtection, FinalSnapshot: !p.MetadataStore.SkipFinalSnapshot,
			ForceDestroy: p.ObjectStore.ForceDestroy,
		}, stack)
		assert.Equal(t, "10.0.0.0/16", p.Network.CIDR)
		assert.Equal(t, "1.35", p.Cluster.Version)
		assert.False(t, p.Protect && p.ObjectStore.ForceDestroy)
	}
}

func TestProjectNameIsTheNamespaceOfTheKey(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "Pulumi.yaml"))
	require.NoError(t, err)
	var project struct {
		Name    string `yaml:"name"`
		Runtime struct {
			Name string `yaml:"name"`
		} `yaml:"runtime"`
	}
	require.NoError(t, yaml.Unmarshal(text, &project))
	assert.Equal(t, settings.Namespace, project.Name)
	assert.Equal(t, "go", project.Runtime.Name)
}
