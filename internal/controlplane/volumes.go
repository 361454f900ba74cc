package controlplane

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// Annotations between the volume controller, the scheduler and provisioners.
const (
	selectedNode  = "volume.kubernetes.io/selected-node"
	provisionedBy = "pv.kubernetes.io/provisioned-by"
	wantedFrom    = "volume.kubernetes.io/storage-provisioner"
	defaultClass  = "storageclass.kubernetes.io/is-default-class"
)

// DefaultStorageClass is the class of claims that name none. Others may exist
// beside it; claims of every class are served.
const DefaultStorageClass = "simulated"

var (
	claims  = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumeclaims"}
	volumes = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumes"}
	classes = schema.GroupVersionResource{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"}
)

// provisioner gives claims volumes that hold nothing, as a storage driver would:
// once the scheduler has chosen a node where the class waits for that, and in
// that node's zone. It also removes released volumes.
type provisioner struct {
	client *dynamic.DynamicClient
	done   sync.WaitGroup
}

func newProvisioner(client *dynamic.DynamicClient) *provisioner { return &provisioner{client: client} }

// start runs until the context ends. It looks twice a second: a few claims are
// all there is, and a watch would have to be repaired when the server restarts.
func (p *provisioner) start(ctx context.Context) {
	p.done.Go(func() {
		ticker := time.NewTicker(500 * time.Millisecond)
		defer ticker.Stop()
		for {
			p.round(ctx)
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
}

func (p *provisioner) wait() { p.done.Wait() }

// round serves every claim that waits. What fails is tried in the next round.
func (p *provisioner) round(ctx context.Context) {
	if err := p.ensureClass(ctx); err != nil {
		return
	}
	var waiting corev1.PersistentVolumeClaimList
	if err := p.list(ctx, claims, &waiting); err != nil {
		return
	}
	for _, claim := range waiting.Items {
		if claim.Spec.VolumeName == "" && claim.Annotations[wantedFrom] != "" {
			_ = p.provision(ctx, claim)
		}
	}
	var existing corev1.PersistentVolumeList
	if err := p.list(ctx, volumes, &existing); err != nil {
		return
	}
	for _, volume := range existing.Items {
		released := volume.Status.Phase == corev1.VolumeReleased || volume.DeletionTimestamp != nil
		if released && volume.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
			_ = p.client.Resource(volumes).Delete(ctx, volume.Name, metav1.DeleteOptions{})
		}
	}
}

// ensureClass makes the default class once.
func (p *provisioner) ensureClass(ctx context.Context) error {
	_, err := p.client.Resource(classes).Get(ctx, DefaultStorageClass, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		return err
	}
	class := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
		"metadata": map[string]any{
			"name": DefaultStorageClass, "annotations": map[string]any{defaultClass: "true"},
		},
		"provisioner": "simulated.mlops.io", "volumeBindingMode": string(storagev1.VolumeBindingWaitForFirstConsumer),
		"allowVolumeExpansion": true,
	}}
	_, err = p.client.Resource(classes).Create(ctx, class, metav1.CreateOptions{})
	return err
}

func (p *provisioner) provision(ctx context.Context, claim corev1.PersistentVolumeClaim) error {
	var class storagev1.StorageClass
	name := *claim.Spec.StorageClassName
	if err := p.get(ctx, classes, name, &class); err != nil {
		return err
	}
	node := claim.Annotations[selectedNode]
	waits := class.VolumeBindingMode != nil && *class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer
	if waits && node == "" {
		return nil
	}
	var affinity *corev1.VolumeNodeAffinity
	if node != "" {
		var chosen corev1.Node
		if err := p.get(ctx, nodesResource, node, &chosen); err != nil {
			return err
		}
		affinity = inZone(chosen.Labels[corev1.LabelTopologyZone])
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(volumeFor(claim, class, affinity))
	if err != nil {
		return err
	}
	_, err = p.client.Resource(volumes).Create(ctx, &unstructured.Unstructured{Object: content}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func volumeFor(claim corev1.PersistentVolumeClaim, class storagev1.StorageClass, affinity *corev1.VolumeNodeAffinity) *corev1.PersistentVolume {
	reclaim := corev1.PersistentVolumeReclaimDelete
	if class.ReclaimPolicy != nil {
		reclaim = *class.ReclaimPolicy
	}
	return &corev1.PersistentVolume{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolume"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "pvc-" + string(claim.UID), Annotations: map[string]string{provisionedBy: class.Provisioner},
		},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:    corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			AccessModes: claim.Spec.AccessModes, StorageClassName: class.Name, VolumeMode: claim.Spec.VolumeMode,
			PersistentVolumeReclaimPolicy: reclaim, NodeAffinity: affinity,
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			// No kubelet is there to mount it, so any kind of source does.
			PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/nonexistent"}},
		},
	}
}

func inZone(zone string) *corev1.VolumeNodeAffinity {
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{zone}},
		},
	}}}}
}

func (p *provisioner) get(ctx context.Context, resource schema.GroupVersionResource, name string, into any) error {
	found, err := p.client.Resource(resource).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	return runtime.DefaultUnstructuredConverter.FromUnstructured(found.Object, into)
}

func (p *provisioner) list(ctx context.Context, resource schema.GroupVersionResource, into runtime.Object) error {
	found, err := p.client.Resource(resource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(found.UnstructuredContent(), into); err != nil {
		return fmt.Errorf("reading %s: %w", resource.Resource, err)
	}
	return nil
}
