package datastore

import (
	"fmt"
	"slices"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/claim"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/pods"
)

// ConfigHash is the annotation that changes with everything a server reads only
// when it starts, so that its pod is made again.
const ConfigHash = "mlops.io/config-hash"

// dataVolume is the claim of the server.
const dataVolume = "data"

// replicas is the number of pods; a store has one.
const replicas = 1

// gracePeriodSeconds is how long a server may take to stop: what is under way
// ends, and everything is on disk.
const gracePeriodSeconds = 60

// Server describes the server of a store: one pod with one volume.
type Server struct {
	// Container is the server, without security settings and without the mount
	// of its data.
	Container corev1.ContainerArgs
	// DataPath is where the data is.
	DataPath string
	// Volumes are those besides the data.
	Volumes corev1.VolumeArray
	// StorageGiB and StorageClass of the data; no class means the default one
	// of the cluster.
	StorageGiB   int
	StorageClass string
	// NodeSelector narrows down the nodes.
	NodeSelector map[string]string
	// UserID is the user and group the server runs as.
	UserID int
	// ConfigHash changes with what the server reads only when it starts.
	ConfigHash pulumi.StringInput
}

// Serve makes the StatefulSet of the server. after must be there before it.
func (s *Store) Serve(ctx *pulumi.Context, in Server, after ...pulumi.Resource) (*appsv1.StatefulSet, error) {
	meta := s.Meta(s.args.App)
	container := in.Container
	container.SecurityContext = pods.ContainerSecurity()
	container.ImagePullPolicy = pulumi.String("IfNotPresent")
	mounts := corev1.VolumeMountArray{pods.Mount(dataVolume, in.DataPath)}
	if more, ok := container.VolumeMounts.(corev1.VolumeMountArray); ok {
		mounts = append(mounts, more...)
	}
	container.VolumeMounts = mounts
	volume, err := claim.New(ctx, s.name, s.claimArgs(in))
	if err != nil {
		return nil, err
	}
	// Pods wait for the closed network, which does not apply to what already runs.
	opts := append(options.Stateful(s.args.Parent, s.args.Keep, slices.Concat(s.before, volume, after)...),
		pulumi.DeletedWith(s.namespace), pulumi.IgnoreChanges([]string{"spec.volumeClaimTemplates"}))
	made, err := appsv1.NewStatefulSet(ctx, s.name+"-server", &appsv1.StatefulSetArgs{
		Metadata: meta,
		Spec: appsv1.StatefulSetSpecArgs{
			ServiceName:                          pulumi.String(headlessName(s.args.App)),
			Replicas:                             pulumi.Int(replicas),
			Selector:                             podsWith(ServerLabels(s.args.App)),
			PersistentVolumeClaimRetentionPolicy: claimRetention(),
			VolumeClaimTemplates:                 corev1.PersistentVolumeClaimTypeArray{s.claimTemplate(in)},
			Template: corev1.PodTemplateSpecArgs{
				Metadata: metav1.ObjectMetaArgs{Labels: meta.Labels, Annotations: pulumi.StringMap{ConfigHash: in.ConfigHash}},
				Spec: corev1.PodSpecArgs{
					ServiceAccountName:            pulumi.String(s.args.App),
					AutomountServiceAccountToken:  pulumi.Bool(false),
					EnableServiceLinks:            pulumi.Bool(false),
					TerminationGracePeriodSeconds: pulumi.Int(gracePeriodSeconds),
					NodeSelector:                  pulumi.ToStringMap(in.NodeSelector),
					SecurityContext:               pods.Security(in.UserID),
					Containers:                    corev1.ContainerArray{container},
					Volumes:                       in.Volumes,
				},
			},
		},
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("creating the server: %w", err)
	}
	return made, nil
}

// claimRetention leaves the claim alone whatever becomes of the StatefulSet: it is
// the program's. Scaling to zero and back is how people restore a backup.
func claimRetention() appsv1.StatefulSetPersistentVolumeClaimRetentionPolicyArgs {
	return appsv1.StatefulSetPersistentVolumeClaimRetentionPolicyArgs{
		WhenDeleted: pulumi.String("Retain"), WhenScaled: pulumi.String("Retain"),
	}
}

func (s *Store) claimArgs(in Server) claim.Args {
	return claim.Args{
		Parent: s.args.Parent, Namespace: s.namespace, Template: dataVolume, StatefulSet: s.args.App, Replicas: replicas,
		StorageGiB: in.StorageGiB, StorageClass: in.StorageClass, Labels: labels(s.args.App, server), Keep: s.args.Keep,
	}
}

// claimTemplate is what a StatefulSet must have. It is read only when the claim is
// missing, and stays as it was made: a changed one would replace the server.
func (s *Store) claimTemplate(in Server) corev1.PersistentVolumeClaimTypeArgs {
	return corev1.PersistentVolumeClaimTypeArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(dataVolume), Labels: pulumi.ToStringMap(labels(s.args.App, server))},
		Spec:     claim.Spec(in.StorageGiB, in.StorageClass),
	}
}
