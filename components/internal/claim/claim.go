// Package claim makes the claims of the volumes of a StatefulSet before the
// StatefulSet does, under the names that it looks for. A StatefulSet takes a claim
// that is there and leaves its size alone, and its templates can never change; a
// claim of the program grows by an ordinary update.
package claim

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
)

// Args describe the claims of one template of a StatefulSet.
type Args struct {
	// Parent is the component the claims belong to.
	Parent pulumi.Resource
	// Namespace is where they are, and with which they vanish.
	Namespace *corev1.Namespace
	// Template and StatefulSet are the names in the cluster, from which Kubernetes
	// makes those of the claims.
	Template, StatefulSet string
	// Replicas is the number of claims, one for each pod.
	Replicas int
	// StorageGiB and StorageClass of each volume; no class means the default one of
	// the cluster. The class is only read when a claim is made.
	StorageGiB   int
	StorageClass string
	// Labels are on the claims.
	Labels map[string]string
	// Keep says how firmly they are kept.
	Keep options.Keep
}

// Name is the name of a claim in the cluster, by the rule of Kubernetes.
func Name(template, statefulSet string, ordinal int) string {
	return fmt.Sprintf("%s-%s-%d", template, statefulSet, ordinal)
}

// Spec asks for a volume for one pod at a time. No class means the default one of
// the cluster.
func Spec(storageGiB int, storageClass string) corev1.PersistentVolumeClaimSpecArgs {
	spec := corev1.PersistentVolumeClaimSpecArgs{
		AccessModes: pulumi.ToStringArray([]string{"ReadWriteOnce"}),
		Resources: corev1.VolumeResourceRequirementsArgs{
			Requests: pulumi.StringMap{"storage": pulumi.String(fmt.Sprintf("%dGi", storageGiB))},
		},
	}
	if storageClass != "" {
		spec.StorageClassName = pulumi.String(storageClass)
	}
	return spec
}

// New makes the claims and returns them; what makes the StatefulSet depends on
// them. Their Pulumi names are name, "-claim-" and the ordinal.
func New(ctx *pulumi.Context, name string, in Args) ([]pulumi.Resource, error) {
	// Another class would make another volume, and delete this one with its data.
	opts := append(options.Stateful(in.Parent, in.Keep),
		pulumi.DeletedWith(in.Namespace), pulumi.IgnoreChanges([]string{"spec.storageClassName"}))
	claims := make([]pulumi.Resource, in.Replicas)
	for i := range claims {
		made, err := corev1.NewPersistentVolumeClaim(ctx, fmt.Sprintf("%s-claim-%d", name, i), in.claim(i), opts...)
		if err != nil {
			return nil, fmt.Errorf("creating claim %s: %w", Name(in.Template, in.StatefulSet, i), err)
		}
		claims[i] = made
	}
	return claims, nil
}

func (a Args) claim(ordinal int) *corev1.PersistentVolumeClaimArgs {
	return &corev1.PersistentVolumeClaimArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name: pulumi.String(Name(a.Template, a.StatefulSet, ordinal)), Namespace: a.Namespace.Metadata.Name(),
			Labels: pulumi.ToStringMap(a.Labels),
			// The volume is made where the pod is put, and the pod comes later.
			Annotations: pulumi.StringMap{"pulumi.com/skipAwait": pulumi.String("true")},
		},
		Spec: Spec(a.StorageGiB, a.StorageClass),
	}
}
