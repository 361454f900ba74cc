package harness

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/harness"
	validstack "github.com/mlops-iac/mlops/tests/harness/valid/stack"
)

// Root is the checkout, seen from the suite.
var Root = filepath.Join("..", "..", "..")

// Stacks are the stack files of the repository.
func Stacks() []string { return []string{"local", "dev", "staging", "prod"} }

// Stack holds the resources that the program registers for one stack file.
type Stack struct {
	// Name of the stack.
	Name string
	// Settings of its file.
	Settings settings.Platform
	// Objects it puts into the cluster, in an order in which they can be applied.
	// Outputs of AWS resources in them are those of mocks.
	Objects []*unstructured.Unstructured
	// Releases are the Helm releases among its resources, which are not objects.
	Releases []Release
}

// Release is a chart that the program installs.
type Release struct {
	// Chart is the name of the chart, and Namespace where it goes.
	Chart, Namespace string
	// Values are those the program passes to the chart.
	Values map[string]any
}

// Load runs the program of a stack with the tenants in definitions, nil for
// those of the repository, after changes to its settings.
func Load(t testing.TB, name string, definitions fs.FS, changes ...func(settings map[string]any)) Stack {
	t.Helper()
	values := validstack.Settings(t, Root, name)
	for _, change := range changes {
		change(values)
	}
	text, err := json.Marshal(values)
	require.NoError(t, err)
	parsed, err := settings.FromConfig(string(text), name)
	require.NoError(t, err)
	options := append(validstack.Configured(t, name, values), harness.WithSecretConfig(settings.FullKey)) // changes may bring secrets
	record, err := harness.RunErr(platform.New(platform.Options{Offline: true, Definitions: definitions}), options...)
	require.NoError(t, err)
	stack := Stack{Name: name, Settings: parsed}
	for _, r := range record.Resources() {
		switch {
		case r.Type == "kubernetes:helm.sh/v3:Release":
			stack.Releases = append(stack.Releases, release(r))
		case strings.HasPrefix(r.Type, "kubernetes:"):
			stack.Objects = append(stack.Objects, object(t, r))
		}
	}
	slices.SortStableFunc(stack.Objects, func(a, b *unstructured.Unstructured) int {
		return cmp.Compare(rank(a), rank(b))
	})
	return stack
}

func release(r harness.Resource) Release {
	inputs, _ := mappable(resource.NewObjectProperty(r.Inputs)).(map[string]any)
	values, _ := inputs["values"].(map[string]any)
	chart, _ := inputs["chart"].(string)
	namespace, _ := inputs["namespace"].(string)
	return Release{Chart: chart, Namespace: namespace, Values: values}
}

// object turns a registration into the object it stands for. Names the program
// leaves to the provider are taken from the resource.
func object(t testing.TB, r harness.Resource) *unstructured.Unstructured {
	t.Helper()
	plain := resource.NewObjectProperty(r.Inputs)
	text, err := json.Marshal(mappable(plain))
	require.NoError(t, err)
	made := &unstructured.Unstructured{}
	require.NoError(t, json.Unmarshal(text, &made.Object), "%s %s", r.Type, r.Name)
	if made.GetName() == "" {
		made.SetName(r.Name)
	}
	return made
}

// mappable takes the marks of secrets and outputs off a value.
func mappable(value resource.PropertyValue) any {
	switch {
	case value.IsSecret():
		return mappable(value.SecretValue().Element)
	case value.IsOutput():
		return mappable(value.OutputValue().Element)
	case value.IsArray():
		list := []any{}
		for _, item := range value.ArrayValue() {
			list = append(list, mappable(item))
		}
		return list
	case value.IsObject():
		object := map[string]any{}
		for key, item := range value.ObjectValue() {
			object[string(key)] = mappable(item)
		}
		return object
	default:
		return value.Mappable()
	}
}

// rank orders objects: what others live in or refer to comes first, and what
// makes pods last.
func rank(o *unstructured.Unstructured) int {
	first := []string{"CustomResourceDefinition", "StorageClass", "Namespace", "ResourceQuota", "LimitRange", "NetworkPolicy", "ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Secret", "ConfigMap", "PersistentVolumeClaim"}
	last := []string{"StatefulSet", "Deployment", "CronJob", "Job", "HorizontalPodAutoscaler"}
	if i := slices.Index(first, o.GetKind()); i >= 0 {
		return i
	}
	if i := slices.Index(last, o.GetKind()); i >= 0 {
		return 200 + i
	}
	return 100
}
