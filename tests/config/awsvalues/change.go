package awsvalues

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/harness"
	validcluster "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
	validmetadatastore "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
	validregistry "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

// set puts values at dotted paths of the settings; a number is an index of a
// list. What lies on the way is made.
func set(path string, value any, more ...any) func(map[string]any) {
	return func(file map[string]any) {
		config, _ := file["config"].(map[string]any)
		put(config[settings.FullKey], strings.Split(path, "."), value)
		for i := 0; i+1 < len(more); i += 2 {
			put(config[settings.FullKey], strings.Split(more[i].(string), "."), more[i+1])
		}
	}
}

func put(tree any, steps []string, value any) {
	switch node := tree.(type) {
	case map[string]any:
		if len(steps) == 1 {
			node[steps[0]] = value
			return
		}
		if node[steps[0]] == nil {
			node[steps[0]] = map[string]any{}
		}
		put(node[steps[0]], steps[1:], value)
	case []any:
		index, err := strconv.Atoi(steps[0])
		if err != nil || index >= len(node) {
			panic(fmt.Sprintf("no entry %q in a list of %d", steps[0], len(node)))
		}
		if len(steps) == 1 {
			node[index] = value
			return
		}
		put(node[index], steps[1:], value)
	default:
		panic(fmt.Sprintf("no setting at %q", strings.Join(steps, ".")))
	}
}

// args puts a change into valid arguments of a component and builds it.
func args[A, C any](good func() *A, change func(*A), build func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error)) func() error {
	return named("values", good, change, build)
}

// errLate hides the error of a component that found the value too late.
var errLate = errors.New("refused only after resources were registered")

// named is args for a component of another name.
func named[A, C any](name string, good func() *A, change func(*A), build func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error)) func() error {
	return func() error {
		changed := good()
		change(changed)
		record, err := harness.RunErr(func(ctx *pulumi.Context) error {
			_, err := build(ctx, name, changed)
			return err
		}, validcluster.ControlPlane(harness.Stack), validnodegroup.AutoScalingGroups(), validmetadatastore.Database(), validregistry.Repositories())
		if err != nil && len(record.Resources()) > 0 {
			return errLate
		}
		return err
	}
}

// Validate puts the case through our checks and returns what they say. root is the
// folder of the stack files.
func (c Case) Validate(root string) error {
	if c.Args != nil {
		return c.Args()
	}
	text, err := os.ReadFile(filepath.Join(root, "Pulumi."+Stack+".yaml"))
	if err != nil {
		return err
	}
	file := map[string]any{}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return err
	}
	c.Settings(file)
	changed, err := yaml.Marshal(file)
	if err != nil {
		return err
	}
	values, err := settings.FromStackFile(changed, Stack)
	if err != nil {
		return err
	}
	defined, err := tenants.Load(tenants.Definitions, Stack)
	if err != nil {
		return err
	}
	return platform.Check(values, defined)
}
