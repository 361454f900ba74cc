package stores

import (
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
)

// AssertOnlyStateCounts checks that the values a run makes up reach nothing but
// the inputs of the Secrets, which the engine ignores after the first run.
// secrets maps Pulumi names to names in the cluster.
func AssertOnlyStateCounts(t *testing.T, program pulumi.RunFunc, secrets map[string]string) {
	t.Helper()
	first := harness.Run(t, program)
	state := stateOf(first)
	// The engine answers with what it kept, whatever the run passes in.
	kept := harness.WithOutputs(SecretType, func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{"data": state[name]}
	})
	second := harness.Run(t, program, kept)

	before, after := first.Resources(), second.Resources()
	require.Len(t, after, len(before))
	for i, r := range after {
		if r.Type != SecretType {
			assert.Equal(t, before[i].Inputs, r.Inputs, "%s must not change", r.Name)
			continue
		}
		assert.Equal(t, []string{"data"}, r.IgnoreChanges, r.Name)
		assert.True(t, r.IsSecret("data"), "data of %s", r.Name)
		assert.NotEqual(t, before[i].Prop("data"), r.Prop("data"), "%s: a replacement must bring new values", r.Name)
		assert.Equal(t, secrets[r.Name], r.Prop("metadata.name"))
	}
	assert.Len(t, second.OfType(SecretType), len(secrets))
	assertNowhereElse(t, second)
}

// assertNowhereElse looks for the values in all other inputs.
func assertNowhereElse(t *testing.T, record *harness.Recorder) {
	t.Helper()
	for _, secret := range record.OfType(SecretType) {
		name, _ := secret.Prop("metadata.name").(string)
		for key, value := range record.SecretData(t, name) {
			if key != "password" && key != "secretKey" && key != "tls.key" {
				continue
			}
			for _, r := range record.Resources() {
				if r.Type == SecretType {
					continue
				}
				text := resource.NewObjectProperty(r.Inputs).String()
				assert.NotContains(t, text, value, "%s of %s is in %s", key, name, r.Name)
				assert.NotContains(t, text, base64.StdEncoding.EncodeToString([]byte(value)), "%s of %s is in %s", key, name, r.Name)
			}
		}
	}
}

// Rotation lists the changes that follow when one Secret is replaced.
type Rotation struct {
	// Secret is the Pulumi name of the Secret.
	Secret string
	// Restarts are the servers whose pods are made again.
	Restarts []string
	// NewJobs are the jobs that run again under another name.
	NewJobs []string
	// Keeps are servers and jobs that stay as they are.
	Keeps []string
}

// AssertRotation replaces one Secret after the other and checks what follows.
func AssertRotation(t *testing.T, program pulumi.RunFunc, rotations []Rotation) {
	t.Helper()
	first := harness.Run(t, program)
	state := stateOf(first)
	for _, rotation := range rotations {
		second := harness.Run(t, program, harness.WithOutputs(SecretType,
			func(name string, inputs resource.PropertyMap) resource.PropertyMap {
				if name == rotation.Secret {
					return resource.PropertyMap{"data": inputs["data"]}
				}
				return resource.PropertyMap{"data": state[name]}
			}))
		for _, name := range rotation.Restarts {
			before, after := first.One(t, StatefulSetType, name), second.One(t, StatefulSetType, name)
			const hash = "spec.template.metadata.annotations"
			assert.NotEqual(t, before.Prop(hash), after.Prop(hash), "%s after %s", name, rotation.Secret)
		}
		for _, name := range rotation.NewJobs {
			before, after := first.One(t, JobType, name), second.One(t, JobType, name)
			assert.NotEqual(t, before.Prop("metadata.name"), after.Prop("metadata.name"), "%s after %s", name, rotation.Secret)
		}
		for _, name := range rotation.Keeps {
			assert.Equal(t, inputsOf(t, first, name), inputsOf(t, second, name), "%s after %s", name, rotation.Secret)
		}
	}
}

func inputsOf(t *testing.T, record *harness.Recorder, name string) resource.PropertyMap {
	t.Helper()
	for _, r := range record.Resources() {
		if r.Name == name {
			return r.Inputs
		}
	}
	require.Fail(t, "no resource", name)
	return nil
}

func stateOf(record *harness.Recorder) map[string]resource.PropertyValue {
	state := map[string]resource.PropertyValue{}
	for _, secret := range record.OfType(SecretType) {
		state[secret.Name] = secret.Inputs["data"]
	}
	return state
}

// Result holds the outputs of a program: values by key, and the sorted keys of those
// marked secret.
type Result struct {
	Values  map[string]any
	Secrets []string
}

// Await runs a program and returns the values it gives out. kept is the data of
// Secrets as the engine kept it, by Pulumi name: "key=value" with commas between.
func Await(t *testing.T, kept map[string]string, program func(*pulumi.Context) (pulumi.Map, error)) Result {
	t.Helper()
	result := Result{Values: map[string]any{}}
	var lock sync.Mutex
	harness.Run(t, func(ctx *pulumi.Context) error {
		outputs, err := program(ctx)
		for key, value := range outputs {
			output := pulumi.ToOutput(value)
			secret := pulumi.IsSecret(output)
			ctx.Export(key, output.ApplyT(func(plain any) any {
				lock.Lock()
				defer lock.Unlock()
				result.Values[key] = plain
				if secret && !slices.Contains(result.Secrets, key) {
					result.Secrets = append(result.Secrets, key)
				}
				return plain
			}))
		}
		return err
	}, harness.WithOutputs(SecretType, func(name string, _ resource.PropertyMap) resource.PropertyMap {
		data := resource.PropertyMap{}
		for entry := range strings.SplitSeq(kept[name], ",") {
			key, value, _ := strings.Cut(entry, "=")
			data[resource.PropertyKey(key)] = resource.NewStringProperty(base64.StdEncoding.EncodeToString([]byte(value)))
		}
		return resource.PropertyMap{"data": resource.NewObjectProperty(data)}
	}))
	slices.Sort(result.Secrets)
	return result
}
