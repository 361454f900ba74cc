package provider_test

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	configMap   = "kubernetes:core/v1:ConfigMap"
	deployment  = "kubernetes:apps/v1:Deployment"
	statefulSet = "kubernetes:apps/v1:StatefulSet"
	secret      = "kubernetes:core/v1:Secret"
	service     = "kubernetes:core/v1:Service"
	job         = "kubernetes:batch/v1:Job"
	claim       = "kubernetes:core/v1:PersistentVolumeClaim"
)

var (
	configMaps  = resource("", "v1", "configmaps")
	deployments = resource("apps", "v1", "deployments")
	secrets     = resource("", "v1", "secrets")
)

func podTemplate(label string) object {
	return object{
		"metadata": object{"labels": object{"app": label}},
		"spec": object{"containers": []any{object{
			"name": "main", "image": "registry.example/app:1",
			"ports":     []any{object{"containerPort": 8080.0, "name": "http"}},
			"resources": object{"requests": object{"cpu": "1000m", "memory": "64Mi"}},
		}}},
	}
}

func deploymentOf(namespace string) object {
	return object{
		"metadata": object{"namespace": namespace, "name": "app"},
		"spec": object{
			"selector": object{"matchLabels": object{"app": "app"}},
			"template": podTemplate("app"),
		},
	}
}

func TestSecondApplyChangesNothing(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	for name, c := range map[string]struct {
		token  string
		inputs object
	}{
		"deployment with quantities and defaults": {deployment, deploymentOf(ns)},
		"config map":      {configMap, object{"metadata": object{"namespace": ns}, "data": object{"a": "b"}}},
		"secret as text":  {secret, object{"metadata": object{"namespace": ns}, "stringData": object{"password": "hunter22"}}},
		"service":         {service, object{"metadata": object{"namespace": ns}, "spec": object{"selector": object{"app": "app"}, "ports": []any{object{"port": 80.0, "targetPort": "http"}}}}},
		"claim":           {claim, object{"metadata": object{"namespace": ns, "annotations": object{"pulumi.com/skipAwait": "true"}}, "spec": object{"accessModes": []any{"ReadWriteOnce"}, "resources": object{"requests": object{"storage": "1024Mi"}}}}},
		"network policy":  {"kubernetes:networking.k8s.io/v1:NetworkPolicy", object{"metadata": object{"namespace": ns}, "spec": object{"podSelector": object{}, "policyTypes": []any{"Ingress", "Egress"}}}},
		"quota":           {"kubernetes:core/v1:ResourceQuota", object{"metadata": object{"namespace": ns}, "spec": object{"hard": object{"requests.cpu": "4000m", "requests.nvidia.com/gpu": "1"}}}},
		"autoscaler":      {"kubernetes:autoscaling/v2:HorizontalPodAutoscaler", object{"metadata": object{"namespace": ns}, "spec": object{"minReplicas": 2.0, "maxReplicas": 10.0, "scaleTargetRef": object{"apiVersion": "apps/v1", "kind": "Deployment", "name": "other"}}}},
		"role binding":    {"kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", object{"metadata": object{"namespace": ns}, "roleRef": object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": []any{object{"kind": "ServiceAccount", "name": "default", "namespace": ns}}}},
		"scheduled job":   {"kubernetes:batch/v1:CronJob", object{"metadata": object{"namespace": ns}, "spec": object{"schedule": "0 3 * * *", "jobTemplate": object{"spec": object{"template": object{"spec": object{"restartPolicy": "Never", "containers": []any{object{"name": "main", "image": "registry.example/app:1"}}}}}}}}},
		"priority class":  {"kubernetes:scheduling.k8s.io/v1:PriorityClass", object{"value": 1000.0, "preemptionPolicy": "Never"}},
		"service account": {"kubernetes:core/v1:ServiceAccount", object{"metadata": object{"namespace": ns}, "automountServiceAccountToken": false}},
	} {
		t.Run(name, func(t *testing.T) {
			made := e.create(c.token, "twice", c.inputs)
			changes, response := e.diff(made, c.inputs)
			assert.Empty(t, changes)
			assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, response.GetChanges())
			refreshed := e.read(made)
			assert.Equal(t, made.inputs.AsMap(), revealed(refreshed.GetInputs().AsMap()), "a refresh without drift leaves the inputs as they are")
			require.NoError(t, e.delete(made, 60))
			assert.Empty(t, e.read(made).GetId())
			require.NoError(t, e.delete(made, 60), "what is gone already is deleted")
		})
	}
}

func TestChangedFieldsAreNamed(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	base := with(deploymentOf(ns), "metadata.labels", object{"team": "a", "old": "x"})
	made := e.create(deployment, "app", base)

	changed := with(base, "metadata.labels", object{"team": "b"})
	changed = with(changed, "spec.minReadySeconds", 1.0)
	changes, _ := e.diff(made, changed)
	assert.Equal(t, map[string]string{"metadata.labels.team": "UPDATE", "metadata.labels.old": "DELETE", "spec.minReadySeconds": "ADD", "metadata.managedFields": "UPDATE"}, changes)

	made = e.update(made, changed)
	changes, _ = e.diff(made, changed)
	assert.Empty(t, changes)
	found := e.live(deployments, ns, "app")
	assert.Equal(t, map[string]string{"team": "b"}, found.GetLabels())
}

func TestScalingByOthersIsNoChange(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	made := e.create(deployment, "app", deploymentOf(ns))
	_, err := e.kube.Resource(deployments).Namespace(ns).Patch(t.Context(), "app", types.MergePatchType,
		[]byte(`{"spec":{"replicas":3}}`), metav1.PatchOptions{FieldManager: "autoscaler"}, "scale")
	require.NoError(t, err)

	changes, _ := e.diff(made, deploymentOf(ns))
	assert.Empty(t, changes)
	made = e.update(made, with(deploymentOf(ns), "metadata.labels", object{"a": "b"}))
	assert.InDelta(t, 3, made.outputs["spec"].(object)["replicas"], 0, "an update of something else leaves the scale alone")

	changes, _ = e.diff(made, with(deploymentOf(ns), "spec.replicas", 2.0))
	assert.Equal(t, "UPDATE", changes["spec.replicas"], "once it is an input it counts")
}

func TestDriftIsShownAndMended(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	inputs := object{"metadata": object{"namespace": ns, "name": "settings"}, "data": object{"kept": "1", "edited": "2"}}
	made := e.create(configMap, "settings", inputs)
	_, err := e.kube.Resource(configMaps).Namespace(ns).Patch(t.Context(), "settings", types.MergePatchType,
		[]byte(`{"data":{"edited":"by hand","foreign":"x"}}`), metav1.PatchOptions{FieldManager: "kubectl"})
	require.NoError(t, err)

	changes, _ := e.diff(made, inputs)
	assert.Equal(t, "UPDATE", changes["data.edited"])
	assert.NotContains(t, changes, "data.foreign", "what others added is theirs")
	assert.NotContains(t, changes, "data.kept")
	assert.Equal(t, object{"kept": "1", "edited": "by hand"}, e.read(made).GetInputs().AsMap()["data"])

	changes, _ = e.diff(made, inputs, "data.edited")
	assert.NotContains(t, changes, "data.edited", "ignoreChanges holds for drift too")

	made = e.update(made, inputs)
	assert.Equal(t, object{"kept": "1", "edited": "2", "foreign": "x"}, made.outputs["data"])

	require.NoError(t, e.kube.Resource(configMaps).Namespace(ns).Delete(t.Context(), "settings", metav1.DeleteOptions{}))
	changes, response := e.diff(made, inputs)
	assert.Equal(t, map[string]string{"data": "ADD", "metadata": "ADD"}, changes)
	assert.Empty(t, response.GetReplaces())
	assert.Empty(t, e.read(made).GetId())
	made = e.update(made, inputs)
	assert.Equal(t, object{"kept": "1", "edited": "2"}, made.outputs["data"], "it is made again")
}

func TestUnchangeableFieldsReplace(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	quiet := object{"pulumi.com/skipAwait": "true"}
	set := object{
		"metadata": object{"namespace": ns, "name": "set", "annotations": quiet},
		"spec":     object{"serviceName": "set", "selector": object{"matchLabels": object{"app": "set"}}, "template": podTemplate("set")},
	}
	once := object{
		"metadata": object{"namespace": ns, "annotations": quiet},
		"spec":     object{"template": with(podTemplate("once"), "spec.restartPolicy", "Never")},
	}
	volume := object{
		"metadata": object{"namespace": ns, "name": "volume", "annotations": quiet},
		"spec":     object{"accessModes": []any{"ReadWriteOnce"}, "storageClassName": "none", "resources": object{"requests": object{"storage": "1Gi"}}},
	}
	relabelled := with(with(deploymentOf(ns), "spec.selector.matchLabels", object{"app": "new"}), "spec.template.metadata.labels", object{"app": "new"})
	for name, c := range map[string]struct {
		token        string
		before       object
		after        object
		path         string
		deleteBefore bool
	}{
		"selector":             {deployment, deploymentOf(ns), relabelled, "spec.selector.matchLabels.app", true},
		"stateful set":         {statefulSet, set, with(set, "spec.serviceName", "other"), "spec.serviceName", true},
		"job with chosen name": {job, once, with(once, "spec.template.spec.activeDeadlineSeconds", 5.0), "spec.template.spec.activeDeadlineSeconds", false},
		"claim":                {claim, volume, with(volume, "spec.storageClassName", "some"), "spec.storageClassName", true},
		"name":                 {configMap, object{"metadata": object{"namespace": ns, "name": "one"}}, object{"metadata": object{"namespace": ns, "name": "two"}}, "metadata.name", false},
		"namespace":            {configMap, object{"metadata": object{"namespace": ns, "name": "three"}}, object{"metadata": object{"namespace": "default", "name": "three"}}, "metadata.namespace", false},
	} {
		t.Run(name, func(t *testing.T) {
			made := e.create(c.token, "replaced", c.before)
			changes, response := e.diff(made, c.after)
			assert.Equal(t, "UPDATE_REPLACE", changes[c.path], "%v", changes)
			assert.Equal(t, c.deleteBefore, response.GetDeleteBeforeReplace())
			require.NoError(t, e.delete(made, 60))
		})
	}
}

func TestTakesOverWhatIsThere(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	inputs := deploymentOf(ns)
	first := e.create(deployment, "app", inputs)
	again := e.create(deployment, "app", inputs)
	assert.Equal(t, first.id, again.id)
	assert.Equal(t, first.outputs["metadata"].(object)["uid"], again.outputs["metadata"].(object)["uid"], "a create that runs again converges on the same object")
}
