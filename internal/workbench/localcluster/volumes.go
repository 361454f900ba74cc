package localcluster

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

// DefaultStorageClass is the class of claims that name none; LocalStorageClass takes
// its place on real nodes. Others may exist beside it; claims of every class are
// served.
const (
	DefaultStorageClass = "simulated"
	LocalStorageClass   = "local"
)

var (
	claims  = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumeclaims"}
	volumes = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumes"}
	classes = schema.GroupVersionResource{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"}
)

// provisioner gives claims volumes, as a storage driver would: once the scheduler
// has chosen a node where the class waits for that. Those of simulated nodes hold
// nothing and are in the zone of the node; those of a machine are folders on the
// node. It also makes volumes larger, and removes released ones.
type provisioner struct {
	client  *dynamic.DynamicClient
	machine Machine
	class   string
	done    sync.WaitGroup
}

func newProvisioner(client *dynamic.DynamicClient, machine Machine) *provisioner {
	p := &provisioner{client: client, machine: machine, class: DefaultStorageClass}
	if machine != nil {
		p.class = LocalStorageClass
	}
	return p
}

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

// round does what there is to do. What fails is tried in the next round.
func (p *provisioner) round(ctx context.Context) {
	if err := p.ensureClass(ctx); err != nil {
		return
	}
	p.serve(ctx)
	p.removeReleased(ctx)
}

// serve gives every claim that waits a volume, or a larger one.
func (p *provisioner) serve(ctx context.Context) {
	var asked corev1.PersistentVolumeClaimList
	if err := p.list(ctx, claims, &asked); err != nil {
		return
	}
	for _, claim := range asked.Items {
		switch {
		case claim.Spec.VolumeName == "" && claim.Annotations[wantedFrom] != "":
			_ = p.provision(ctx, claim)
		case smaller(claim):
			_ = p.grow(ctx, claim)
		}
	}
}

// removeReleased removes what nobody wants any more.
func (p *provisioner) removeReleased(ctx context.Context) {
	var existing corev1.PersistentVolumeList
	if err := p.list(ctx, volumes, &existing); err != nil {
		return
	}
	for _, volume := range existing.Items {
		released := volume.Status.Phase == corev1.VolumeReleased || volume.DeletionTimestamp != nil
		if released && volume.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
			_ = p.remove(ctx, volume)
		}
	}
}

// remove deletes a volume that nobody wants any more, and its data.
func (p *provisioner) remove(ctx context.Context, volume corev1.PersistentVolume) error {
	if p.machine != nil {
		if err := p.machine.DeleteVolume(volume.Name); err != nil {
			return err
		}
	}
	return p.client.Resource(volumes).Delete(ctx, volume.Name, metav1.DeleteOptions{})
}

// ensureClass makes the default class once.
func (p *provisioner) ensureClass(ctx context.Context) error {
	_, err := p.client.Resource(classes).Get(ctx, p.class, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		return err
	}
	class := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
		"metadata": map[string]any{
			"name": p.class, "annotations": map[string]any{defaultClass: "true"},
		},
		"provisioner": p.class + ".mlops.io", "volumeBindingMode": string(storagev1.VolumeBindingWaitForFirstConsumer),
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
	volume := volumeFor(claim, class)
	var err error
	if volume.Spec.PersistentVolumeSource, volume.Spec.NodeAffinity, err = p.place(ctx, volume.Name, node); err != nil {
		return err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(volume)
	if err != nil {
		return err
	}
	_, err = p.client.Resource(volumes).Create(ctx, &unstructured.Unstructured{Object: content}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// place is where the data of a volume is, and which nodes reach it.
func (p *provisioner) place(ctx context.Context, name, node string) (corev1.PersistentVolumeSource, *corev1.VolumeNodeAffinity, error) {
	if p.machine != nil {
		return p.machine.Volume(name, node)
	}
	// No kubelet is there to mount it, so any kind of source does.
	source := corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/nonexistent"}}
	if node == "" {
		return source, nil, nil
	}
	var chosen corev1.Node
	if err := p.get(ctx, nodesResource, node, &chosen); err != nil {
		return source, nil, err
	}
	return source, inZone(chosen.Labels[corev1.LabelTopologyZone]), nil
}

func volumeFor(claim corev1.PersistentVolumeClaim, class storagev1.StorageClass) *corev1.PersistentVolume {
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
			PersistentVolumeReclaimPolicy: reclaim,
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
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
