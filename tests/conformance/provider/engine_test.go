package provider_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/mlops-iac/mlops/internal/kubeprovider"
)

type object = map[string]any

// unknownValue is how the engine writes a value it will only know later.
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// engine does what Pulumi's engine does with a provider.
type engine struct {
	*testing.T
	client pulumirpc.ResourceProviderClient
	server *kubeprovider.Server
	kube   dynamic.Interface
}

// state is what the engine keeps of a resource.
type state struct {
	urn     string
	id      string
	inputs  *structpb.Struct
	outputs object
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	server, err := kubeprovider.Serve("4.34.2")
	require.NoError(t, err)
	return attach(t, server)
}

// attach configures a provider for the cluster.
func attach(t *testing.T, server *kubeprovider.Server) *engine {
	t.Helper()
	t.Cleanup(server.Close)
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", server.Port()), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	require.NoError(t, err)
	config.QPS, config.Burst = 100, 100
	kube, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	e := &engine{T: t, client: pulumirpc.NewResourceProviderClient(conn), server: server, kube: kube}
	e.configure(kubeconfig)
	return e
}

func (e *engine) configure(kubeconfig string) {
	e.Helper()
	_, err := e.client.Configure(e.Context(), &pulumirpc.ConfigureRequest{
		Args: e.encode(object{"kubeconfig": kubeconfig, "enableServerSideApply": "true"}),
	})
	require.NoError(e, err)
}

func (e *engine) encode(values object) *structpb.Struct {
	e.Helper()
	encoded, err := structpb.NewStruct(values)
	require.NoError(e, err)
	return encoded
}

func urnOf(token, name string) string {
	return "urn:pulumi:test::mlops::" + token + "::" + name
}

// check returns the checked inputs and what is wrong with them, as
// "property: reason".
func (e *engine) check(token, name string, prior *state, inputs object) (*structpb.Struct, []string) {
	e.Helper()
	req := &pulumirpc.CheckRequest{Urn: urnOf(token, name), News: e.encode(inputs), RandomSeed: []byte(rand.Text())}
	if prior != nil {
		req.Olds = prior.inputs
	}
	checked, err := e.client.Check(e.Context(), req)
	require.NoError(e, err)
	var failures []string
	for _, failure := range checked.GetFailures() {
		failures = append(failures, failure.GetProperty()+": "+failure.GetReason())
	}
	return checked.GetInputs(), failures
}

func (e *engine) checked(token, name string, prior *state, inputs object) *structpb.Struct {
	e.Helper()
	checked, failures := e.check(token, name, prior, inputs)
	require.Empty(e, failures)
	return checked
}

func (e *engine) create(token, name string, inputs object) *state {
	e.Helper()
	created, err := e.tryCreate(token, name, inputs, 60)
	require.NoError(e, err)
	return created
}

func (e *engine) tryCreate(token, name string, inputs object, seconds float64) (*state, error) {
	e.Helper()
	checked := e.checked(token, name, nil, inputs)
	created, err := e.client.Create(e.Context(), &pulumirpc.CreateRequest{Urn: urnOf(token, name), Properties: checked, Timeout: seconds})
	if err != nil {
		return nil, err
	}
	return &state{urn: urnOf(token, name), id: created.GetId(), inputs: checked, outputs: created.GetProperties().AsMap()}, nil
}

// diff returns the changes by property path.
func (e *engine) diff(prior *state, inputs object, untouched ...string) (map[string]string, *pulumirpc.DiffResponse) {
	e.Helper()
	token, name := parts(prior.urn)
	return e.diffChecked(prior, e.checked(token, name, prior, inputs), untouched...)
}

func (e *engine) diffChecked(prior *state, checked *structpb.Struct, untouched ...string) (map[string]string, *pulumirpc.DiffResponse) {
	e.Helper()
	response, err := e.client.Diff(e.Context(), &pulumirpc.DiffRequest{
		Urn: prior.urn, Id: prior.id, Olds: e.encode(prior.outputs), OldInputs: prior.inputs, News: checked, IgnoreChanges: untouched,
	})
	require.NoError(e, err)
	changes := map[string]string{}
	for path, change := range response.GetDetailedDiff() {
		changes[path] = change.GetKind().String()
	}
	return changes, response
}

func (e *engine) update(prior *state, inputs object) *state {
	e.Helper()
	token, name := parts(prior.urn)
	checked := e.checked(token, name, prior, inputs)
	updated, err := e.client.Update(e.Context(), &pulumirpc.UpdateRequest{
		Urn: prior.urn, Id: prior.id, Olds: e.encode(prior.outputs), OldInputs: prior.inputs, News: checked, Timeout: 60,
	})
	require.NoError(e, err)
	return &state{urn: prior.urn, id: prior.id, inputs: checked, outputs: updated.GetProperties().AsMap()}
}

func (e *engine) read(prior *state) *pulumirpc.ReadResponse {
	e.Helper()
	response, err := e.client.Read(e.Context(), &pulumirpc.ReadRequest{
		Urn: prior.urn, Id: prior.id, Properties: e.encode(prior.outputs), Inputs: prior.inputs,
	})
	require.NoError(e, err)
	return response
}

func (e *engine) delete(prior *state, seconds float64) error {
	e.Helper()
	_, err := e.client.Delete(context.WithoutCancel(e.Context()), &pulumirpc.DeleteRequest{
		Urn: prior.urn, Id: prior.id, Properties: e.encode(prior.outputs), OldInputs: prior.inputs, Timeout: seconds,
	})
	return err
}

func parts(urn string) (token, name string) {
	fields := strings.Split(urn, "::")
	return fields[2], fields[3]
}

// initFailure returns the detail that makes the engine keep a resource that
// did not become ready.
func initFailure(t *testing.T, err error) *pulumirpc.ErrorResourceInitFailed {
	t.Helper()
	formed, ok := status.FromError(err)
	require.True(t, ok)
	require.Len(t, formed.Details(), 1, err)
	detail, ok := formed.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
	require.True(t, ok)
	return detail
}

// namespace makes a namespace of the test's own through the provider.
func (e *engine) namespace(labels object) string {
	e.Helper()
	made := e.create("kubernetes:core/v1:Namespace", "test", object{"metadata": object{"labels": labels}})
	e.Cleanup(func() {
		policy := metav1.DeletePropagationBackground
		_ = e.kube.Resource(resource("", "v1", "namespaces")).Delete(context.Background(), made.id, metav1.DeleteOptions{PropagationPolicy: &policy})
	})
	return made.id
}

func resource(group, version, plural string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: group, Version: version, Resource: plural}
}

// live reads an object of the cluster; nil when it is not there.
func (e *engine) live(kind schema.GroupVersionResource, namespace, name string) *unstructured.Unstructured {
	e.Helper()
	list, err := e.kube.Resource(kind).Namespace(namespace).List(e.Context(), metav1.ListOptions{FieldSelector: "metadata.name=" + name})
	require.NoError(e, err)
	if len(list.Items) == 0 {
		return nil
	}
	return &list.Items[0]
}

// with returns a copy of an object with a value changed at a dotted path.
func with(base object, path string, value any) object {
	first, rest, nested := strings.Cut(path, ".")
	changed := maps.Clone(base)
	if changed == nil {
		changed = object{}
	}
	if !nested {
		changed[first] = value
		return changed
	}
	below, _ := base[first].(object)
	changed[first] = with(below, rest, value)
	return changed
}

// secretKey and secretMark are how the engine and a provider write a secret.
const (
	secretKey  = "4dabf18193072939515e22adb298388d"
	secretMark = "1b47061264138c4ac30d75fd1eb44270"
)

func hidden(value any) object { return object{secretKey: secretMark, "value": value} }

// revealed takes the marks of secrets off.
func revealed(value any) any {
	values, ok := value.(object)
	if !ok {
		return value
	}
	if values[secretKey] == secretMark {
		return revealed(values["value"])
	}
	plain := object{}
	for key, element := range values {
		plain[key] = revealed(element)
	}
	return plain
}

func unstructuredOf(values object) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: values}
}

func unstructuredString(found *unstructured.Unstructured, path ...string) (string, bool, error) {
	return unstructured.NestedString(found.Object, path...)
}
