package minio

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/internal/pods"
)

const (
	portName    = "s3"
	certsVolume = "certs"
	certsPath   = "/certs"
	dataPath    = "/data"
)

func (s *Store) serverOf(in *Args) datastore.Server {
	return datastore.Server{
		Container: corev1.ContainerArgs{
			Name:  pulumi.String(app),
			Image: pulumi.String(in.Image),
			// Not the entrypoint of the image, which wants to be root.
			Command: pulumi.ToStringArray([]string{"minio"}),
			Args:    pulumi.ToStringArray([]string{"server", dataPath, "--certs-dir", certsPath, "--address", fmt.Sprintf(":%d", Port)}),
			Env: corev1.EnvVarArray{
				pods.FromSecret("MINIO_ROOT_USER", s.root.Name(), datastore.UserKey),
				pods.FromSecret("MINIO_ROOT_PASSWORD", s.root.Name(), datastore.PasswordKey),
				pods.Plain("HOME", pulumi.String(pods.TmpPath)),
				// The console would be a second way in, and the server reaches nothing
				// where it could look for updates.
				pods.Plain("MINIO_BROWSER", pulumi.String("off")),
				pods.Plain("MINIO_UPDATE", pulumi.String("off")),
			},
			Ports: corev1.ContainerPortArray{corev1.ContainerPortArgs{
				Name: pulumi.String(portName), ContainerPort: pulumi.Int(Port), Protocol: pulumi.String("TCP"),
			}},
			Resources: pods.Size{
				CPU: "250m", CPULimit: "2", Memory: "512Mi", MemoryLimit: "2Gi", Disk: "256Mi",
			}.Requirements(),
			StartupProbe:   probe("/minio/health/live", 2, 60),
			LivenessProbe:  probe("/minio/health/live", 15, 4),
			ReadinessProbe: probe("/minio/health/ready", 5, 3),
			VolumeMounts: corev1.VolumeMountArray{
				pods.Mount(pods.TmpVolume, pods.TmpPath), pods.MountReadOnly(certsVolume, certsPath),
			},
		},
		DataPath: dataPath,
		Volumes: corev1.VolumeArray{
			pods.EmptyDir(pods.TmpVolume, "128Mi", ""),
			pods.Files(certsVolume, s.root.Name(),
				[2]string{datastore.CertificateKey, "public.crt"},
				[2]string{datastore.PrivateKeyKey, "private.key"},
				[2]string{datastore.AuthorityKey, "CAs/" + datastore.AuthorityKey}),
		},
		StorageGiB:   in.StorageGiB,
		StorageClass: in.StorageClass,
		NodeSelector: in.NodeSelector,
		UserID:       userID,
		ConfigHash:   s.root.Hash(),
	}
}

// probe asks for a path every period seconds. The kubelet does not check the
// certificate.
func probe(path string, period, failures int) corev1.ProbeArgs {
	return corev1.ProbeArgs{
		HttpGet: corev1.HTTPGetActionArgs{
			Path: pulumi.String(path), Port: pulumi.String(portName), Scheme: pulumi.String("HTTPS"),
		},
		PeriodSeconds: pulumi.Int(period), FailureThreshold: pulumi.Int(failures), TimeoutSeconds: pulumi.Int(5),
	}
}
