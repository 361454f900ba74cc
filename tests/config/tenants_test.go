package config_test

import (
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/config/corpus"
)

// tenantStack is the stack for which the definitions of the corpus are loaded.
const tenantStack = "dev"

// TestWrongTenants reads definitions that cannot be deployed.
//
// Proves V7 by plain Go: a tenant is not named like a namespace of a component, of a common
// controller or of a distribution.
//
// Proves V8 by plain Go: amounts in units that cannot have been meant are refused, with what
// probably was.
//
// Proves V9 by plain Go: a volume that the LimitRange of the namespace refuses is refused in
// the file.
//
// Proves V10 by plain Go: a schedule that never comes, a number with a zero in front, a host
// with a label that is too long and a model that the image of the platform cannot open are
// refused.
//
// Proves V11 by plain Go: no spelling of the address of a node's credentials is a way out, and
// neither is a port of a protocol over UDP.
func TestWrongTenants(t *testing.T) {
	t.Parallel()
	testCorpus(t, tenantCorpus, func(c *corpus.Case) error {
		loaded, err := tenants.Load(tenantFiles(c.Files), stackOf(c))
		assert.Nil(t, loaded, "%s: with errors there must be nothing to deploy", c.Name)
		return err
	})
}

// stackOf returns the stack of a case: that of the comment "# stack: x", if any.
func stackOf(c *corpus.Case) string {
	for _, text := range c.Files {
		for line := range strings.Lines(text) {
			if stack, found := strings.CutPrefix(strings.TrimSpace(line), "# stack: "); found {
				return stack
			}
		}
	}
	return tenantStack
}

// TestWrongSizesOfTenants makes the files that are too large to keep.
//
// Proves V10 by plain Go: a variable or a word of a command with which no container starts is
// refused, and so are variables that no object holds.
func TestWrongSizesOfTenants(t *testing.T) {
	t.Parallel()
	const limit = 131071
	large := func(length int) string { return strings.Repeat("x", length) }
	rule := "must be at most 131071 with its name, as Linux demands: put it into a file of a bucket"
	for name, c := range map[string]struct{ text, want string }{
		"env of 1.1 MB": {"env: {DATA: " + large(1_100_000) + "}", "2 errors:\n" +
			`  tenants/definitions/team.yaml: env: Invalid value: "1100005 bytes": must be at most 1048576 altogether: Kubernetes stores no larger object` + "\n" +
			`  tenants/definitions/team.yaml: env[DATA]: Invalid value: "1100005 bytes": ` + rule},
		"one byte too many": {"training: {env: {DATA: " + large(limit-4) + "}}",
			`tenants/definitions/team.yaml: training.env[DATA]: Invalid value: "131072 bytes": ` + rule},
		"words": {"training: {command: [" + large(limit+1) + "], args: [a, " + large(limit+1) + "]}", "2 errors:\n" +
			`  tenants/definitions/team.yaml: training.args[1]: Invalid value: "131072 bytes": must be at most 131071, as Linux demands: put it into a file of a bucket` + "\n" +
			`  tenants/definitions/team.yaml: training.command[0]: Invalid value: "131072 bytes": must be at most 131071, as Linux demands: put it into a file of a bucket`},
		"what fits": {"env: {DATA: " + large(limit-5) + "}\ntraining: {command: [" + large(limit) + "]}", ""},
	} {
		_, err := tenants.Load(tenantFiles(map[string]string{"team.yaml": goodTenant("team") + c.text + "\n"}), tenantStack)
		if c.want == "" {
			assert.NoError(t, err, name)
		} else {
			assert.EqualError(t, err, c.want, name)
		}
	}
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

// TestOneBrokenFileOfMany has 50 tenants in two stacks, one of them broken in each: exactly
// that file is named, and nothing of the others is there to be deployed.
func TestOneBrokenFileOfMany(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 50 {
		name := fmt.Sprintf("team-%02d", i)
		files[name+".yaml"] = goodTenant(name)
	}
	for stack, broken := range map[string]struct{ file, text, want string }{
		"dev": {
			"team-17.yaml", goodTenant("team-17") + "replicas: {min: 3, max: 2}\n",
			`tenants/definitions/team-17.yaml: replicas.max: Invalid value: 2: must be >= replicas.min (3)`,
		},
		"prod": {"team-49.yaml", goodTenant("team-49") + "prot: 8080\n", `tenants/definitions/team-49.yaml: prot: Forbidden: unknown key, did you mean "port"?`},
	} {
		whole, err := tenants.Load(tenantFiles(files), stack)
		require.NoError(t, err)
		assert.Len(t, whole, 50)
		one := maps.Clone(files)
		one[broken.file] = broken.text
		loaded, err := tenants.Load(tenantFiles(one), stack)
		assert.Nil(t, loaded)
		assert.EqualError(t, err, broken.want)
	}
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
	assert.EqualError(t, err, `tenants/definitions/team.yaml: quota.cpu: Invalid value: "1": must be >= 6, `+
		"the CPU limits of 10 replicas, and during a rollout 1 more and 1 that still ends")
}

// TestTheLeastQuotaOfATenant takes the numbers that the messages ask for: 10 replicas, one
// that a rollout adds and one that still ends, each with 500m and 512Mi, and training with
// 3 CPUs and 12Gi.
//
// Proves N13 by plain Go: the smallest quota that is accepted has room for an old replica that
// ends while a rollout at the maximum goes on, and anything less is refused with the number.
func TestTheLeastQuotaOfATenant(t *testing.T) {
	t.Parallel()
	const training = "training: {enabled: true}\n"
	load := func(text string) error {
		_, err := tenants.Load(tenantFiles(map[string]string{"team.yaml": goodTenant("team") + text}), "dev")
		return err
	}
	require.NoError(t, load("quota: {cpu: \"6\", memory: 6Gi, pods: 12}\n"))
	require.NoError(t, load(training+"quota: {cpu: \"9\", memory: 18Gi, pods: 13, persistentVolumeClaims: 1, storage: 50Gi, jobs: 7}\n"))
	const why = "10 replicas, and during a rollout 1 more and 1 that still ends"
	for quota, want := range map[string]string{
		`{cpu: 5999m}`:     `quota.cpu: Invalid value: "5999m": must be >= 6, the CPU limits of ` + why,
		`{memory: 6143Mi}`: `quota.memory: Invalid value: "6143Mi": must be >= 6Gi, the memory limits of ` + why,
		`{pods: 11}`:       `quota.pods: Invalid value: 11: must be >= 12, ` + why,
	} {
		assert.EqualError(t, load("quota: "+quota+"\n"), "tenants/definitions/team.yaml: "+want)
	}
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
	for _, topic := range corpus.Load(f, tenantCorpus) {
		for _, c := range topic.Cases {
			for _, text := range c.Files {
				f.Add(text)
			}
		}
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
