package provider_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	definition = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"

	waitLimit = time.Minute
	waitStep  = 200 * time.Millisecond
)

func TestReadyWorkloadsAreAwaited(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	made := e.create(deployment, "app", with(deploymentOf(ns), "spec.replicas", 2.0))
	assert.InDelta(t, 2, made.outputs["status"].(object)["availableReplicas"], 0)

	made = e.update(made, with(with(deploymentOf(ns), "spec.replicas", 2.0), "spec.template.metadata.annotations", object{"version": "2"}))
	status := made.outputs["status"].(object)
	assert.InDelta(t, 2, status["updatedReplicas"], 0)
	assert.InDelta(t, 2, status["replicas"], 0, "the pods of the old version are gone")

	set := e.create(statefulSet, "set", object{
		"metadata": object{"namespace": ns},
		"spec":     object{"replicas": 2.0, "serviceName": "set", "selector": object{"matchLabels": object{"app": "set"}}, "template": podTemplate("set")},
	})
	assert.InDelta(t, 2, set.outputs["status"].(object)["availableReplicas"], 0)

	once := e.create(job, "once", object{"metadata": object{"namespace": ns}, "spec": object{"template": with(podTemplate("once"), "spec.restartPolicy", "Never")}})
	assert.InDelta(t, 1, once.outputs["status"].(object)["succeeded"], 0)
}

func TestUnreadyWorkloadIsKeptAndExplained(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	stuck := with(deploymentOf(ns), "spec.template.spec.nodeSelector", object{"kubernetes.io/hostname": "nowhere"})
	_, err := e.tryCreate(deployment, "app", stuck, 3)
	failed := initFailure(t, err)
	assert.Equal(t, ns+"/app", failed.GetId())
	assert.NotNil(t, failed.GetProperties().GetFields()["spec"])
	reasons := strings.Join(failed.GetReasons(), "\n")
	assert.Contains(t, reasons, "Deployment "+ns+"/app is not ready: gave up after 3s: 0 of 1 pods are available")
	assert.Contains(t, reasons, "node affinity/selector", "the scheduler's reason is named")

	kept := &state{urn: urnOf(deployment, "app"), id: failed.GetId(), inputs: e.checked(deployment, "app", nil, stuck), outputs: failed.GetProperties().AsMap()}
	mended := e.update(kept, deploymentOf(ns))
	assert.InDelta(t, 1, mended.outputs["status"].(object)["availableReplicas"], 0)
}

func TestRefusedPodsAreExplained(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(object{"pod-security.kubernetes.io/enforce": "restricted"})
	_, err := e.tryCreate(deployment, "app", deploymentOf(ns), 3)
	assert.Contains(t, strings.Join(initFailure(t, err).GetReasons(), "\n"), "violates PodSecurity")
}

func TestFailedJobEndsTheWait(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	_, err := e.tryCreate(job, "late", object{
		"metadata": object{"namespace": ns, "name": "late"},
		"spec": object{"activeDeadlineSeconds": 1.0, "template": with(with(podTemplate("late"), "spec.restartPolicy", "Never"),
			"spec.nodeSelector", object{"kubernetes.io/hostname": "nowhere"})},
	}, 50)
	assert.Contains(t, strings.Join(initFailure(t, err).GetReasons(), "\n"), "it failed: DeadlineExceeded")
}

func TestAnnotationsSteerTheWait(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	stuck := with(deploymentOf(ns), "spec.template.spec.nodeSelector", object{"kubernetes.io/hostname": "nowhere"})

	made := e.create(deployment, "app", with(stuck, "metadata.annotations", object{"pulumi.com/skipAwait": "true"}))
	assert.NotEmpty(t, made.id)
	require.NoError(t, e.delete(made, 60))

	_, err := e.tryCreate(deployment, "app", with(stuck, "metadata.annotations", object{"pulumi.com/timeoutSeconds": "1"}), 0)
	assert.Contains(t, initFailure(t, err).GetReasons()[0], "gave up after 1s")
}

func TestCancelEndsTheWait(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	stuck := with(deploymentOf(ns), "spec.template.spec.nodeSelector", object{"kubernetes.io/hostname": "nowhere"})
	ended := make(chan error, 1)
	checked := e.checked(deployment, "app", nil, stuck)
	go func() {
		_, err := e.client.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf(deployment, "app"), Properties: checked})
		ended <- err
	}()
	require.Eventually(t, func() bool { return e.live(deployments, ns, "app") != nil }, waitLimit, waitStep)
	_, err := e.client.Cancel(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	failed := initFailure(t, <-ended)
	assert.Contains(t, failed.GetReasons()[0], "the run was cancelled")
	assert.Equal(t, ns+"/app", failed.GetId(), "the object stays in the state")
}

func TestClaimWaitsAsItsClassSays(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	lazy := e.create("kubernetes:storage.k8s.io/v1:StorageClass", "lazy", object{"provisioner": "example.com/none", "volumeBindingMode": "WaitForFirstConsumer"})
	spec := object{"accessModes": []any{"ReadWriteOnce"}, "storageClassName": lazy.id, "resources": object{"requests": object{"storage": "1Gi"}}}
	made := e.create(claim, "lazy", object{"metadata": object{"namespace": ns}, "spec": spec})
	require.NoError(t, e.delete(made, 60))

	_, err := e.tryCreate(claim, "classless", object{"metadata": object{"namespace": ns}, "spec": with(spec, "storageClassName", "missing-"+ns)}, 1)
	assert.Contains(t, initFailure(t, err).GetReasons()[0], "there is no StorageClass to make one")
	require.NoError(t, e.delete(lazy, 60))
}

func TestNamespaceThatHangsSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	made := e.create("kubernetes:core/v1:Namespace", "hanging", object{})
	held := e.create(configMap, "held", object{"metadata": object{"namespace": made.id, "name": "held", "finalizers": []any{"example.com/held"}}})
	// The namespace controller says what is left after its first try, seconds later on a busy machine.
	err := e.delete(made, 25)
	require.ErrorContains(t, err, "it is still there: gave up after 25s")
	require.ErrorContains(t, err, "configmaps. has 1 resource instances")
	require.ErrorContains(t, err, "example.com/held")

	_, err = e.kube.Resource(configMaps).Namespace(made.id).Patch(t.Context(), "held", types.MergePatchType,
		[]byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	require.NoError(t, e.delete(made, 60))
	assert.Empty(t, e.read(held).GetId())
}

func TestDependentsGoWithTheirOwner(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	for policy, left := range map[string]int{"foreground": 0, "orphan": 1} {
		name := "app-" + policy
		inputs := with(deploymentOf(ns), "metadata", object{"namespace": ns, "name": name, "annotations": object{"pulumi.com/deletionPropagationPolicy": policy}})
		inputs = with(with(inputs, "spec.selector.matchLabels.app", name), "spec.template.metadata.labels.app", name)
		made := e.create(deployment, name, inputs)
		require.NoError(t, e.delete(made, 60))
		sets, err := e.kube.Resource(resource("apps", "v1", "replicasets")).Namespace(ns).List(t.Context(), metav1.ListOptions{LabelSelector: "app=" + name})
		require.NoError(t, err)
		assert.Len(t, sets.Items, left, policy)
	}
}

func TestCustomResourceRightAfterItsDefinition(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	group := ns + ".example.com"
	token := fmt.Sprintf("kubernetes:%s/v1:Model", group)
	inputs := object{"metadata": object{"namespace": ns, "name": "model"}, "spec": object{"replicas": 2.0}}

	_, err := e.client.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urnOf(token, "model"), Properties: e.checked(token, "model", nil, inputs)})
	require.ErrorContains(t, err, "no matches for kind \"Model\"")

	defined := e.create(definition, "models", object{
		"metadata": object{"name": "models." + group},
		"spec": object{
			"group": group, "scope": "Namespaced", "names": object{"kind": "Model", "plural": "models", "singular": "model", "listKind": "ModelList"},
			"versions": []any{object{"name": "v1", "served": true, "storage": true, "schema": object{"openAPIV3Schema": object{
				"type": "object", "properties": object{"spec": object{"type": "object", "properties": object{"replicas": object{"type": "integer", "maximum": 5.0}}}},
			}}}},
		},
	})
	made := e.create(token, "model", inputs)
	changes, _ := e.diff(made, inputs)
	assert.Empty(t, changes)
	_, failures := e.check(token, "model", made, with(with(inputs, "spec.replicas", 9.0), "spec.extra", "x"))
	assert.Contains(t, strings.Join(failures, "\n"), "spec.extra")
	_, failures = e.check(token, "model", made, with(inputs, "spec.replicas", 9.0))
	assert.Contains(t, strings.Join(failures, "\n"), "spec.replicas: Invalid value")

	require.NoError(t, e.delete(defined, 60))
	assert.Empty(t, e.read(made).GetId(), "it went with its definition")
	require.NoError(t, e.delete(made, 60))
}

func TestJobThatRemovedItselfIsDone(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	ns := e.namespace(nil)
	inputs := object{"metadata": object{"namespace": ns}, "spec": object{"ttlSecondsAfterFinished": 0.0, "template": with(podTemplate("once"), "spec.restartPolicy", "Never")}}
	made := e.create(job, "once", inputs)
	_, name, _ := strings.Cut(made.id, "/")
	require.Eventually(t, func() bool { return e.live(resource("batch", "v1", "jobs"), ns, name) == nil }, waitLimit, waitStep)
	changes, _ := e.diff(made, inputs)
	assert.Empty(t, changes)
	assert.Equal(t, made.id, e.read(made).GetId())
	changes, _ = e.diff(made, with(inputs, "spec.backoffLimit", 1.0))
	assert.NotEmpty(t, changes)
}
