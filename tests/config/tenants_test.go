package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/strict"
	"github.com/mlops-iac/mlops/tenants"
)

// The corpus: <case>.yaml is a definition with faults, <case>.want the exact
// message. Every file is loaded alone, as <its name key>.yaml if it has one, so
// that only the faults meant to be there show; a first line "# file: x.yaml"
// gives another name, "# stack: x" another stack than this one.
const (
	tenantCorpus = "tenants"
	tenantStack  = "dev"
)

func TestBadTenants(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(tenantCorpus, "*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 35, "the corpus is not where the test looks")
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			want, err := os.ReadFile(strings.TrimSuffix(file, ".yaml") + ".want")
			require.NoError(t, err)

			name, stack := tenantPlace(string(text))
			loaded, err := tenants.Load(tenantFiles(map[string]string{name: string(text)}), stack)
			require.Error(t, err)
			assert.Equal(t, strings.TrimSpace(string(want)), err.Error())
			assert.Nil(t, loaded, "with faults there must be nothing to deploy")
		})
	}
}

// tenantPlace returns the file name and the stack a corpus file is loaded as.
func tenantPlace(text string) (file, stack string) {
	stack, file = tenantStack, "team.yaml"
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if value, found := strings.CutPrefix(line, "# file: "); found {
			return value, stack
		}
		if value, found := strings.CutPrefix(line, "# stack: "); found {
			stack = value
		}
	}
	return file, stack
}

func tenantFiles(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[tenants.Folder+"/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// goodTenant is the least a definition needs.
func goodTenant(name string) string {
	return "name: " + name + "\nowners: [ada@example.com]\ncostCenter: cc-1\nimage: {repository: inference, tag: 1.0.0}\n"
}

func TestLeastTenantDefinitionGetsEveryDefault(t *testing.T) {
	t.Parallel()
	loaded, err := tenants.Load(tenantFiles(map[string]string{"team.yaml": goodTenant("team")}), "dev")
	require.NoError(t, err)
	want := tenants.Default()
	want.Name, want.Owners, want.CostCenter = "team", []string{"ada@example.com"}, "cc-1"
	want.Image = tenants.Image{Repository: "inference", Tag: "1.0.0"}
	assert.Equal(t, []tenants.Tenant{want}, loaded)
}

func TestTenantDefaults(t *testing.T) {
	t.Parallel()
	got := tenants.Default()
	assert.Equal(t, spec.Replicas{Min: 2, Max: 10, TargetCPUPercent: 50}, got.Replicas)
	assert.Equal(t, spec.Resources{
		Requests: spec.Compute{CPU: "100m", Memory: "128Mi"},
		Limits:   spec.Compute{CPU: "500m", Memory: "512Mi"},
	}, got.Resources)
	assert.Equal(t, 8080, got.Port)
	assert.False(t, got.Training.Enabled)
	assert.Equal(t, "on-demand", got.Training.Schedule)
	assert.Zero(t, got.Quota.GPUs)

	got.Training.Enabled = true
	got.Name, got.Owners, got.CostCenter = "team", []string{"ada@example.com"}, "cc-1"
	got.Image = tenants.Image{Repository: "inference", Tag: "1.0.0"}
	assert.Empty(t, got.Validate(), "the default quota must hold the default training job too")
}

func TestTenantOverrides(t *testing.T) {
	t.Parallel()
	text := goodTenant("team") + `
env: {A: base, B: base}
people: {viewers: {groups: [one, two]}}
replicas: {max: 8}
environments:
  dev:
    env: {A: dev, C: dev}
    people: {viewers: {groups: [three]}}
    replicas: {min: 1}
`
	for stack, check := range map[string]func(t *testing.T, got tenants.Tenant){
		"dev": func(t *testing.T, got tenants.Tenant) {
			assert.Equal(t, map[string]string{"A": "dev", "B": "base", "C": "dev"}, got.Env)
			assert.Equal(t, []string{"three"}, got.People.Viewers.Groups)
			assert.Equal(t, spec.Replicas{Min: 1, Max: 8, TargetCPUPercent: 50}, got.Replicas)
		},
		"prod": func(t *testing.T, got tenants.Tenant) {
			assert.Equal(t, map[string]string{"A": "base", "B": "base"}, got.Env)
			assert.Equal(t, []string{"one", "two"}, got.People.Viewers.Groups)
			assert.Equal(t, spec.Replicas{Min: 2, Max: 8, TargetCPUPercent: 50}, got.Replicas)
		},
	} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			loaded, err := tenants.Load(tenantFiles(map[string]string{"team.yaml": text}), stack)
			require.NoError(t, err)
			require.Len(t, loaded, 1)
			check(t, loaded[0])
		})
	}
}

func TestATenantOverrideMayMendTheBase(t *testing.T) {
	t.Parallel()
	text := goodTenant("team") + "quota: {cpu: \"1\"}\nenvironments: {dev: {quota: {cpu: \"12\"}}}\n"
	_, err := tenants.Load(tenantFiles(map[string]string{"team.yaml": text}), "dev")
	require.NoError(t, err)
	_, err = tenants.Load(tenantFiles(map[string]string{"team.yaml": text}), "prod")
	assert.EqualError(t, err, `tenants/definitions/team.yaml: quota.cpu: Invalid value: "1": must be >= 5500m, `+
		"the CPU limits of 10 replicas and 1 more during a rollout")
}

func TestFaultsOfSeveralTenants(t *testing.T) {
	t.Parallel()
	published := "ingress: {enabled: true, host: x.example.com}\n"
	_, err := tenants.Load(tenantFiles(map[string]string{
		"a.yaml":    goodTenant("a") + published,
		"b.yaml":    goodTenant("a") + published,
		"c.yaml":    "name: [",
		"d.yml":     goodTenant("d"),
		"e.yaml":    goodTenant("e") + "port: 80\n",
		"notes.txt": "",
	}), "dev")
	assert.EqualError(t, err, strings.Join([]string{
		"tenants/definitions/c.yaml: parsing YAML: yaml: line 1: did not find expected node content",
		"tenants/definitions/d.yml: must be a file whose name ends in .yaml",
		"tenants/definitions/notes.txt: must be a file whose name ends in .yaml",
		"3 faults:",
		`  tenants/definitions/b.yaml: ingress.host: Duplicate value: "x.example.com": already in tenants/definitions/a.yaml`,
		`  tenants/definitions/b.yaml: name: Duplicate value: "a": already in tenants/definitions/a.yaml`,
		`  tenants/definitions/b.yaml: name: Invalid value: "a": must be "b", the name of its file`,
		"tenants/definitions/e.yaml: port: Invalid value: 80: must be from 1024 to 65535: containers do not run as root",
	}, "\n"))
}

func TestTenantsNeedAFolder(t *testing.T) {
	t.Parallel()
	_, err := tenants.Load(fstest.MapFS{}, "dev")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestTenantsOfThePlatform(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(tenants.Definitions, tenants.Folder+"/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(names), 2)
	stacks := []string{"unnamed"}
	for _, name := range names {
		text, err := fs.ReadFile(tenants.Definitions, name)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(text), "# yaml-language-server: $schema=../schema.json\n"), name)
		var file struct{ Environments map[string]any }
		require.NoError(t, yaml.Unmarshal(text, &file))
		for stack := range file.Environments {
			stacks = append(stacks, stack)
		}
	}
	for _, stack := range stacks {
		loaded, err := tenants.Load(tenants.Definitions, stack)
		require.NoError(t, err, stack)
		assert.Len(t, loaded, len(names), stack)
	}
}

// TestTenantOverridesAreForStacksThatExist finds a misspelt stack, whose
// overrides would never apply.
func TestTenantOverridesAreForStacksThatExist(t *testing.T) {
	t.Parallel()
	known := []string{"local"} // any cluster of one's own; its stack file is not kept
	files, err := filepath.Glob("../../Pulumi.*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 3)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		known = append(known, strings.TrimPrefix(name, "Pulumi."))
	}
	names, err := fs.Glob(tenants.Definitions, tenants.Folder+"/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := fs.ReadFile(tenants.Definitions, name)
		require.NoError(t, err)
		var file struct{ Environments map[string]any }
		require.NoError(t, yaml.Unmarshal(text, &file))
		for stack := range file.Environments {
			assert.Contains(t, known, stack, name)
		}
	}
}

// TestTenantSchema checks that editors accept what Load accepts, and mark what
// is misspelt or of the wrong type before anything runs.
func TestTenantSchema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.Compile("../../tenants/schema.json")
	require.NoError(t, err)
	names, err := fs.Glob(tenants.Definitions, tenants.Folder+"/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := fs.ReadFile(tenants.Definitions, name)
		require.NoError(t, err)
		tree, err := strict.ParseYAML(text)
		require.NoError(t, err)
		assert.NoError(t, schema.Validate(tree), name)
	}
	for _, name := range []string{
		"list", "null", "override-list", "override-name", "override-type", "override-unknown-key", "required", "unknown-key",
		"wrong-type-bool", "wrong-type-fraction", "wrong-type-list", "wrong-type-number", "wrong-type-object", "wrong-type-string",
	} {
		text, err := os.ReadFile(filepath.Join(tenantCorpus, name+".yaml"))
		require.NoError(t, err)
		tree, err := strict.ParseYAML(text)
		require.NoError(t, err)
		assert.Error(t, schema.Validate(tree), name)
	}
}

func TestTenantImageReference(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("a", 64)
	const url = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/mlops/inference"
	for name, c := range map[string]struct {
		image     tenants.Image
		url, want string
	}{
		"platform":   {tenants.Image{Repository: "inference", Tag: "1.0.0"}, url, url + ":1.0.0"},
		"no url":     {tenants.Image{Repository: "inference", Tag: "1.0.0"}, "", "inference:1.0.0"},
		"host":       {tenants.Image{Repository: "ghcr.io/x/y", Tag: "1"}, url, "ghcr.io/x/y:1"},
		"local host": {tenants.Image{Repository: "localhost/x", Tag: "1"}, url, "localhost/x:1"},
		"port":       {tenants.Image{Repository: "registry:5000/x", Digest: digest}, url, "registry:5000/x@" + digest},
		"both":       {tenants.Image{Repository: "team/x", Tag: "1", Digest: digest}, "r/team/x", "r/team/x:1@" + digest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, c.image.Reference(c.url))
		})
	}
}

func TestTenantModelLocation(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]string{
		"":                "",
		"churn/2025":      "s3://models/tenants/a/churn/2025",
		"s3://other/x":    "s3://other/x",
		"https://h.org/x": "https://h.org/x",
	} {
		assert.Equal(t, want, tenants.Model{URI: uri}.Location("s3://models/tenants/a/"), uri)
	}
}

func TestTenantTrainingImage(t *testing.T) {
	t.Parallel()
	one := tenants.Default()
	one.Image = tenants.Image{Repository: "inference", Tag: "1"}
	assert.Equal(t, one.Image, one.TrainingImage())
	one.Training.Image = tenants.Image{Repository: "training", Tag: "2"}
	assert.Equal(t, one.Training.Image, one.TrainingImage())
}

// FuzzTenants checks that no text makes Load panic, that the same text always
// gives the same answer, and that what Load accepts follows its own rules.
func FuzzTenants(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(tenantCorpus, "*.yaml"))
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add(goodTenant("team"))
	f.Add("&a {environments: {dev: *a}}")
	f.Fuzz(func(t *testing.T, text string) {
		one, oneErr := tenants.Load(tenantFiles(map[string]string{"team.yaml": text}), tenantStack)
		two, twoErr := tenants.Load(tenantFiles(map[string]string{"team.yaml": text}), tenantStack)
		assert.Equal(t, one, two)
		if oneErr != nil {
			assert.EqualError(t, twoErr, oneErr.Error())
			assert.True(t, strings.Contains(oneErr.Error(), "tenants/definitions/team.yaml: "), oneErr.Error())
			return
		}
		require.Len(t, one, 1)
		assert.Equal(t, "team", one[0].Name)
		assert.Empty(t, one[0].Validate())
	})
}
