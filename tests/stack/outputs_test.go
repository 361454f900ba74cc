package stack_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/harness"
	validstack "github.com/mlops-iac/mlops/tests/harness/valid/stack"
)

// exported runs a stack and returns its outputs.
func exported(t *testing.T, stack string, values map[string]any, options ...harness.Option) map[string]pulumi.Input {
	t.Helper()
	var outputs map[string]pulumi.Input
	_, err := harness.RunErr(func(ctx *pulumi.Context) error {
		err := platform.New(platform.Options{Preflight: noPreflight})(ctx)
		outputs = ctx.GetCurrentExportMap()
		return err
	}, append(validstack.Configured(t, stack, values), options...)...)
	require.NoError(t, err)
	return outputs
}

// resolved returns the outputs of a stack as another stack gets them.
func resolved(t *testing.T, stack string) resource.PropertyMap {
	t.Helper()
	var lock sync.Mutex
	var text []byte
	_, err := harness.RunErr(func(ctx *pulumi.Context) error {
		if err := platform.New(platform.Options{})(ctx); err != nil {
			return err
		}
		pulumi.Map(ctx.GetCurrentExportMap()).ToMapOutput().ApplyT(func(outputs map[string]any) error {
			lock.Lock()
			defer lock.Unlock()
			var err error
			text, err = json.Marshal(outputs)
			return err
		})
		return nil
	}, validstack.Configured(t, stack, tree(t, stack))...)
	require.NoError(t, err)
	lock.Lock()
	defer lock.Unlock()
	var outputs map[string]any
	require.NoError(t, json.Unmarshal(text, &outputs))
	return resource.NewPropertyMapFromMap(outputs)
}

func TestOutputsAreTheOnesDocumented(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		substrate, want := parse(t, stack).Substrate, []string{}
		if substrate == settings.SubstrateAWS {
			want = append(want, platform.KubeconfigKey)
		}
		for _, output := range platform.Outputs() {
			if output.Only == "" || output.Only == substrate {
				want = append(want, output.Key)
			}
		}
		for mode, options := range modes {
			t.Run(stack+" "+mode, func(t *testing.T) {
				t.Parallel()
				assert.ElementsMatch(t, want, slices.Collect(maps.Keys(exported(t, stack, tree(t, stack), options...))))
			})
		}
	}
}

func TestWithoutMonitoringItsOutputIsMissing(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "monitoring.enabled", false)
	set(t, values, "monitoring.alerting", map[string]any{})
	set(t, values, "addons.dcgmExporter.enabled", false)
	set(t, values, "addons.openCost.enabled", false)
	outputs := exported(t, "dev", values)
	assert.NotContains(t, outputs, monitoring.OutputKey)
	assert.Contains(t, outputs, tenant.OutputKey)
}

func TestOnlyTheKubeconfigIsASecret(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		for key, output := range exported(t, stack, tree(t, stack)) {
			assert.Equal(t, key == platform.KubeconfigKey, pulumi.IsSecret(pulumi.ToOutput(output)), "%s of %s", key, stack)
		}
	}
}

// named are the entries of the outputs that hold one Ref per name.
var named = map[string][]string{
	nodegroup.OutputKey: {"cpu", "gpu", "spot", "system"},
	tenant.OutputKey:    {"tenant-a", "tenant-b"},
}

// TestAnotherStackReadsEveryOutput feeds what the program exports to the
// RefFromStack of every component.
func TestAnotherStackReadsEveryOutput(t *testing.T) {
	t.Parallel()
	var want []string
	for _, output := range platform.Outputs() {
		if !output.PerName {
			want = append(want, tagsOf(output.Key, output.Ref)...)
		}
		for _, name := range named[output.Key] {
			want = append(want, tagsOf(output.Key+"."+name, output.Ref)...)
		}
	}
	slices.Sort(want)
	for _, stack := range awsStacks() {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			seen := readBack(t, stack, resolved(t, stack))
			assert.Equal(t, want, slices.Sorted(maps.Keys(seen)))
			for field, value := range seen {
				if field != workloadidentity.OutputKey+".serviceAccountAnnotations" { // only IRSA needs any
					assert.NotEmpty(t, value, field)
				}
			}
			assert.Equal(t, metadatastore.Port, seen["metadataStore.port"])
			assert.Equal(t, "tenant-b", seen["tenants.tenant-b.namespace"])
			assert.Equal(t, "mlops-"+stack+"-nodes-gpu-group", seen["nodeGroups.gpu.name"])
			assert.Equal(t, "mlops-"+stack, seen["cluster.name"])
		})
	}
}

func TestANameThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	outputs := resolved(t, "dev")
	_, err := harness.RunErr(func(ctx *pulumi.Context) error {
		other, err := pulumi.NewStackReference(ctx, "org/mlops/dev", nil)
		if err != nil {
			return err
		}
		ref, err := tenant.RefFromStack(other, "tenant-x")
		ctx.Export("namespace", ref.Namespace)
		return err
	}, answering(outputs))
	require.ErrorContains(t, err, `stack output "tenants": key "tenant-x": want map[string]interface {}, got <nil>`)
}

// answering lets a mocked run read the outputs of another stack.
func answering(outputs resource.PropertyMap) harness.Option {
	return harness.WithOutputs("pulumi:pulumi:StackReference", func(string, resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{"outputs": resource.NewProperty(outputs)}
	})
}

// readBack returns every field of every Ref by its path in the outputs.
func readBack(t *testing.T, stack string, outputs resource.PropertyMap) map[string]any {
	t.Helper()
	var lock sync.Mutex
	seen := map[string]any{}
	_, err := harness.RunErr(func(ctx *pulumi.Context) error {
		other, err := pulumi.NewStackReference(ctx, "org/mlops/"+stack, nil)
		if err != nil {
			return err
		}
		refs, err := refsOf(other)
		for key, ref := range refs {
			value := reflect.ValueOf(ref)
			for i, path := range tagsOf(key, ref) {
				value.Field(i).Interface().(pulumi.Output).ApplyT(func(v any) any {
					lock.Lock()
					defer lock.Unlock()
					seen[path] = v
					return v
				})
			}
		}
		return err
	}, answering(outputs))
	require.NoError(t, err)
	lock.Lock()
	defer lock.Unlock()
	return seen
}

// refsOf reads the Ref of every component.
func refsOf(other *pulumi.StackReference) (map[string]any, error) {
	refs := map[string]any{}
	failed := []error{
		read(refs, other, network.OutputKey, network.RefFromStack),
		read(refs, other, cluster.OutputKey, cluster.RefFromStack),
		read(refs, other, registry.OutputKey, registry.RefFromStack),
		read(refs, other, objectstore.OutputKey, objectstore.RefFromStack),
		read(refs, other, metadatastore.OutputKey, metadatastore.RefFromStack),
		read(refs, other, workloadidentity.OutputKey, workloadidentity.RefFromStack),
		read(refs, other, monitoring.OutputKey, monitoring.RefFromStack),
		read(refs, other, logging.OutputKey, logging.RefFromStack),
		readNamed(refs, other, nodegroup.OutputKey, nodegroup.RefFromStack),
		readNamed(refs, other, tenant.OutputKey, tenant.RefFromStack),
	}
	return refs, errors.Join(failed...)
}

func read[T any](refs map[string]any, other *pulumi.StackReference, key string, from func(*pulumi.StackReference) (T, error)) error {
	ref, err := from(other)
	refs[key] = ref
	return err
}

func readNamed[T any](
	refs map[string]any, other *pulumi.StackReference, key string, from func(*pulumi.StackReference, string) (T, error),
) error {
	for _, name := range named[key] {
		ref, err := from(other, name)
		if err != nil {
			return err
		}
		refs[key+"."+name] = ref
	}
	return nil
}

// tagsOf lists the fields of a Ref below a key.
func tagsOf(key string, ref any) []string {
	var paths []string
	of := reflect.TypeOf(ref)
	for i := range of.NumField() {
		paths = append(paths, key+"."+of.Field(i).Tag.Get("pulumi"))
	}
	return paths
}
