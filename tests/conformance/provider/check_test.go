package provider_test

import (
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestCheckNamesEveryFault(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(object{"pod-security.kubernetes.io/enforce": "restricted"})
	full := e.namespace(nil)
	e.create("kubernetes:core/v1:ResourceQuota", "full", object{"metadata": object{"namespace": full}, "spec": object{"hard": object{"count/secrets": "0"}}})
	missing := "not-there"
	for name, c := range map[string]struct {
		token  string
		inputs object
		want   []string
	}{
		"fields that do not exist": {deployment, with(with(deploymentOf(ns), "spec.replicass", 1.0), "spec.template.spec.gpu", true), []string{
			"spec.replicass: unknown field", "spec.template.spec.gpu: unknown field",
		}},
		"another type": {deployment, with(deploymentOf(ns), "spec.replicas", "two"), []string{"replicas", "json: cannot unmarshal string"}},
		"values": {deployment, with(with(deploymentOf(ns), "spec.selector.matchLabels", object{"app": "else"}), "spec.template.spec.restartPolicy", "Sometimes"), []string{
			"spec.template.metadata.labels: ", "spec.template.spec.restartPolicy: Unsupported value",
		}},
		"fields, namespace to come":  {deployment, with(deploymentOf(missing), "spec.replicass", 1.0), []string{"spec.replicass: unknown field"}},
		"values, namespace to come":  {deployment, with(deploymentOf(missing), "spec.replicas", -1.0), []string{"spec.replicas: Invalid value"}},
		"fields beside an unknown":   {deployment, with(with(deploymentOf(ns), "spec.replicass", 1.0), "spec.template.spec.serviceAccountName", unknownValue), []string{"spec.replicass: unknown field"}},
		"fields, all names unknown":  {configMap, object{"metadata": unknownValue, "dataa": object{}}, []string{"dataa: unknown field"}},
		"Pod Security":               {"kubernetes:core/v1:Pod", object{"metadata": object{"namespace": ns}, "spec": podTemplate("app")["spec"]}, []string{"violates PodSecurity"}},
		"quota":                      {secret, object{"metadata": object{"namespace": full}}, []string{"exceeded quota: full-"}},
		"kind of another version":    {configMap, object{"kind": "Secret", "apiVersion": "v2"}, []string{`kind: must be "ConfigMap"`, `apiVersion: must be "v1"`}},
		"built-in kind not served":   {"kubernetes:apps/v1beta1:Deployment", object{}, []string{"apiVersion: the cluster does not serve apps/v1beta1 Deployment"}},
		"namespace of a global kind": {"kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", object{"metadata": object{"namespace": ns}}, []string{"metadata.namespace: must be left out"}},
		"generated name":             {configMap, object{"metadata": object{"name": "a", "generateName": "b"}}, []string{"metadata.generateName: is not covered"}},
		"annotations": {configMap, object{"metadata": object{"namespace": ns, "annotations": object{
			"pulumi.com/skipAwait": "maybe", "pulumi.com/timeoutSeconds": "soon", "pulumi.com/deletionPropagationPolicy": "away", "pulumi.com/waitFor": "condition=Ready",
		}}}, []string{`["pulumi.com/skipAwait"]: must be true or false`, "timeoutSeconds", "deletionPropagationPolicy", `["pulumi.com/waitFor"]: the thin Kubernetes provider does not cover`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failures := e.check(c.token, "faulty", nil, c.inputs)
			for _, want := range c.want {
				assert.Contains(t, strings.Join(failures, "\n"), want)
			}
			assert.NotEmpty(t, failures)
		})
	}
}

func TestCheckAdmitsWhatComesLater(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	for name, c := range map[string]struct {
		token  string
		inputs object
	}{
		"object in a namespace to come":    {deployment, deploymentOf("to-come")},
		"custom resource, definition too":  {"kubernetes:to-come.example/v1:Thing", object{"spec": object{"any": "thing"}}},
		"unknown values around":            {deployment, with(deploymentOf("default"), "spec.selector", unknownValue)},
		"unknown name":                     {configMap, object{"metadata": object{"name": unknownValue}}},
		"unknown namespace":                {configMap, object{"metadata": object{"name": "a", "namespace": unknownValue}}},
		"secret with an unknown inside":    {secret, object{"stringData": hidden(object{"password": unknownValue})}},
		"custom kind with a list's ending": {"kubernetes:to-come.example/v1:AllowList", object{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failures := e.check(c.token, "later", nil, c.inputs)
			assert.Empty(t, failures)
		})
	}
}

func TestCheckNamesObjects(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	first := e.checked(configMap, "Settings", nil, object{})
	metadata := first.AsMap()["metadata"].(object)
	assert.Regexp(t, `^settings-[0-9a-f]{8}$`, metadata["name"])
	assert.Equal(t, "default", metadata["namespace"])

	kept := e.checked(configMap, "Settings", &state{inputs: first}, object{"data": object{"a": "b"}})
	assert.Equal(t, metadata["name"], kept.AsMap()["metadata"].(object)["name"], "an update keeps the name")

	fixed := e.checked(configMap, "Settings", nil, object{"metadata": object{"name": "fixed"}})
	renamed := e.checked(configMap, "Settings", &state{inputs: fixed}, object{})
	assert.NotEqual(t, "fixed", renamed.AsMap()["metadata"].(object)["name"], "a name the program gave and gave up is not kept")

	proposed, err := e.client.Check(t.Context(), &pulumirpc.CheckRequest{
		Urn: urnOf(configMap, "Settings"), News: e.encode(object{}),
		Autonaming: &pulumirpc.CheckRequest_AutonamingOptions{ProposedName: "as-proposed"},
	})
	require.NoError(t, err)
	assert.Equal(t, "as-proposed", proposed.GetInputs().AsMap()["metadata"].(object)["name"])
}

func TestPreviewChangesNothing(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	inputs := object{"metadata": object{"namespace": ns, "name": "settings"}, "data": object{"a": "1"}}
	created, err := e.client.Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: urnOf(configMap, "settings"), Preview: true,
		Properties: e.encode(with(inputs, "data.later", unknownValue)),
	})
	require.NoError(t, err)
	assert.Empty(t, created.GetId())
	assert.Equal(t, unknownValue, created.GetProperties().AsMap()["data"].(object)["later"])
	assert.Nil(t, e.live(configMaps, ns, "settings"))

	made := e.create(configMap, "settings", inputs)
	before := e.live(configMaps, ns, "settings")
	for _, value := range []string{"2", unknownValue} {
		next := with(inputs, "data.a", value)
		changes, _ := e.diff(made, next)
		assert.Equal(t, "UPDATE", changes["data.a"])
		updated, err := e.client.Update(t.Context(), &pulumirpc.UpdateRequest{
			Urn: made.urn, Id: made.id, Olds: e.encode(made.outputs), OldInputs: made.inputs,
			News: e.checked(configMap, "settings", made, next), Preview: true,
		})
		require.NoError(t, err)
		assert.Equal(t, value, updated.GetProperties().AsMap()["data"].(object)["a"])
	}
	assert.Equal(t, before, e.live(configMaps, ns, "settings"))
}

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	made := e.create(secret, "credentials", object{"metadata": object{"namespace": ns, "name": "credentials"}, "stringData": hidden(object{"password": "hunter22"})})
	assert.Equal(t, hidden(object{"password": "aHVudGVyMjI="}), made.outputs["data"])
	stored, found, err := unstructuredString(e.live(secrets, ns, "credentials"), "data", "password")
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, "aHVudGVyMjI=", stored)
	read := e.read(made)
	assert.Equal(t, hidden(object{"password": "aHVudGVyMjI="}), read.GetProperties().AsMap()["data"])

	changes, _ := e.diff(made, object{"metadata": object{"namespace": ns, "name": "credentials"}, "stringData": hidden(object{"password": "other"})})
	assert.Equal(t, "UPDATE", changes["data.password"])

	_, failures := e.check(deployment, "app", nil, with(deploymentOf(ns), "spec.template.spec.restartPolicy", hidden("hunter22")))
	require.NotEmpty(t, failures)
	for _, failure := range failures {
		assert.Contains(t, failure, "[secret]")
		assert.NotContains(t, failure, "hunter22")
	}
}

func TestImportReadsTheObject(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	_, err := e.kube.Resource(configMaps).Namespace(ns).Create(t.Context(), unstructuredOf(object{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": object{"name": "theirs"}, "data": object{"a": "1"},
	}), metav1.CreateOptions{})
	require.NoError(t, err)
	read := e.read(&state{urn: urnOf(configMap, "theirs"), id: ns + "/theirs"})
	assert.Equal(t, ns+"/theirs", read.GetId())
	assert.Equal(t, object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": object{"name": "theirs", "namespace": ns}, "data": object{"a": "1"}}, read.GetInputs().AsMap())

	imported := &state{urn: urnOf(configMap, "theirs"), id: read.GetId(), inputs: read.GetInputs(), outputs: read.GetProperties().AsMap()}
	changes, _ := e.diff(imported, object{"metadata": object{"name": "theirs", "namespace": ns}, "data": object{"a": "1"}})
	assert.Empty(t, changes, "an import of the same values has no difference")

	gone := e.read(&state{urn: urnOf(configMap, "theirs"), id: ns + "/nobodys"})
	assert.Empty(t, gone.GetId())
}
