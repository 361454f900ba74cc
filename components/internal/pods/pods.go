// Package pods holds the parts of pods that are the same wherever the library
// makes one.
package pods

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TmpPath is the only place most programs here can write to.
const TmpPath = "/tmp"

// TmpVolume is mounted there.
const TmpVolume = "tmp"

// Security is the security context of a pod that the Pod Security Standard
// "restricted" admits; user is the user and the group its containers run as.
func Security(user int) corev1.PodSecurityContextArgs {
	return corev1.PodSecurityContextArgs{
		RunAsNonRoot: pulumi.Bool(true),
		RunAsUser:    pulumi.Int(user),
		RunAsGroup:   pulumi.Int(user),
		FsGroup:      pulumi.Int(user),
		// Walking a large volume at every start takes minutes.
		FsGroupChangePolicy: pulumi.String("OnRootMismatch"),
		SeccompProfile:      corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
	}
}

// ContainerSecurity is that of its containers, which besides cannot write to their
// root file system.
func ContainerSecurity() corev1.SecurityContextArgs {
	return corev1.SecurityContextArgs{
		AllowPrivilegeEscalation: pulumi.Bool(false),
		Privileged:               pulumi.Bool(false),
		ReadOnlyRootFilesystem:   pulumi.Bool(true),
		RunAsNonRoot:             pulumi.Bool(true),
		Capabilities:             corev1.CapabilitiesArgs{Drop: pulumi.StringArray{pulumi.String("ALL")}},
		SeccompProfile:           corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
	}
}

// Mount mounts a volume read-write.
func Mount(volume, path string) corev1.VolumeMountArgs {
	return corev1.VolumeMountArgs{Name: pulumi.String(volume), MountPath: pulumi.String(path)}
}

// MountReadOnly mounts a volume that the container cannot write to.
func MountReadOnly(volume, path string) corev1.VolumeMountArgs {
	mounted := Mount(volume, path)
	mounted.ReadOnly = pulumi.Bool(true)
	return mounted
}

// EmptyDir is a folder that lives as long as the pod. medium is "Memory", or
// empty for the disk of the node.
func EmptyDir(volume, size, medium string) corev1.VolumeArgs {
	source := corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String(size)}
	if medium != "" {
		source.Medium = pulumi.String(medium)
	}
	return corev1.VolumeArgs{Name: pulumi.String(volume), EmptyDir: source}
}

// Files mounts keys of a Secret as files: paths says which key becomes which
// file. They are readable by the group of the pod and by nobody else.
func Files(volume string, secret pulumi.StringInput, paths ...[2]string) corev1.VolumeArgs {
	items := make(corev1.KeyToPathArray, len(paths))
	for i, item := range paths {
		items[i] = corev1.KeyToPathArgs{Key: pulumi.String(item[0]), Path: pulumi.String(item[1])}
	}
	return corev1.VolumeArgs{Name: pulumi.String(volume), Secret: corev1.SecretVolumeSourceArgs{
		SecretName: secret, Items: items, DefaultMode: pulumi.Int(0o440),
	}}
}

// Plain is an environment variable with a value.
func Plain(name string, value pulumi.StringInput) corev1.EnvVarArgs {
	return corev1.EnvVarArgs{Name: pulumi.String(name), Value: value.ToStringOutput()}
}

// FromSecret is an environment variable with the value of a key of a Secret.
func FromSecret(name string, secret pulumi.StringInput, key string) corev1.EnvVarArgs {
	return corev1.EnvVarArgs{Name: pulumi.String(name), ValueFrom: corev1.EnvVarSourceArgs{
		SecretKeyRef: corev1.SecretKeySelectorArgs{Name: secret, Key: pulumi.String(key)},
	}}
}

// Size holds the requests of a container, and its limits.
type Size struct {
	CPU, CPULimit, Memory, MemoryLimit string
	// Disk is the most it may write outside its volumes.
	Disk string
}

// Requirements states requests and limits of everything.
func (s Size) Requirements() corev1.ResourceRequirementsArgs {
	amounts := func(cpu, memory string) pulumi.StringMap {
		return pulumi.ToStringMap(map[string]string{"cpu": cpu, "memory": memory, "ephemeral-storage": s.Disk})
	}
	return corev1.ResourceRequirementsArgs{
		Requests: amounts(s.CPU, s.Memory), Limits: amounts(s.CPULimit, s.MemoryLimit),
	}
}
