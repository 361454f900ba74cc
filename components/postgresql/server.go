package postgresql

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/internal/pods"
)

const (
	dataPath   = "/data"
	configPath = "/config"
	tlsPath    = "/tls"
	socketPath = "/var/run/postgresql"
	shmPath    = "/dev/shm"
)

func (s *Server) serverOf(in *Args) datastore.Server {
	return datastore.Server{
		Container: corev1.ContainerArgs{
			Name:    pulumi.String(app),
			Image:   pulumi.String(in.Image),
			Command: pulumi.ToStringArray([]string{"/bin/sh", configPath + "/start.sh"}),
			Env: corev1.EnvVarArray{
				pods.FromSecret("POSTGRES_PASSWORD", s.admin.Name(), datastore.PasswordKey),
				// Below the volume, whose own folder a file system may fill with
				// "lost+found".
				pods.Plain("PGDATA", pulumi.String(dataPath+"/pgdata")),
				pods.Plain("CONFIG_DIR", pulumi.String(configPath)),
				pods.Plain("TLS_DIR", pulumi.String(tlsPath)),
				pods.Plain("SOCKET_DIR", pulumi.String(socketPath)),
				pods.Plain("LISTEN_ADDRESSES", pulumi.String("*")),
			},
			Ports: corev1.ContainerPortArray{corev1.ContainerPortArgs{
				Name: pulumi.String(app), ContainerPort: pulumi.Int(Port), Protocol: pulumi.String("TCP"),
			}},
			Resources: pods.Size{
				CPU: "250m", CPULimit: "2", Memory: "512Mi", MemoryLimit: "1Gi", Disk: "256Mi",
			}.Requirements(),
			// The first start makes the databases, and one after a crash replays the log.
			StartupProbe: probe([]string{"pg_isready", "-q", "-h", socketPath}, 2, 150),
			// Only a query shows that the server still works; it must not fail just
			// because the server is busy.
			LivenessProbe:  probe([]string{"psql", "-qtAX", "-h", socketPath, "-U", adminUser, "-c", "SELECT 1"}, 30, 6),
			ReadinessProbe: probe([]string{"pg_isready", "-q", "-h", socketPath}, 5, 3),
			VolumeMounts: corev1.VolumeMountArray{
				pods.Mount(pods.TmpVolume, pods.TmpPath),
				pods.Mount("socket", socketPath), pods.Mount("shm", shmPath),
				pods.MountReadOnly("config", configPath), pods.MountReadOnly("tls", tlsPath),
			},
		},
		DataPath: dataPath,
		Volumes: corev1.VolumeArray{
			pods.EmptyDir(pods.TmpVolume, "64Mi", ""),
			pods.EmptyDir("socket", "1Mi", ""),
			// Parallel queries share memory through it, and the runtime's 64 MiB are
			// too little for them.
			pods.EmptyDir("shm", "128Mi", "Memory"),
			corev1.VolumeArgs{Name: pulumi.String("config"), ConfigMap: corev1.ConfigMapVolumeSourceArgs{
				Name: s.config.Metadata.Name(), DefaultMode: pulumi.Int(0o444),
			}},
			pods.Files("tls", s.admin.Name(),
				[2]string{datastore.CertificateKey, datastore.CertificateKey},
				[2]string{datastore.PrivateKeyKey, datastore.PrivateKeyKey}),
		},
		StorageGiB:   in.StorageGiB,
		StorageClass: in.StorageClass,
		NodeSelector: in.NodeSelector,
		UserID:       userID,
		ConfigHash:   s.hash(),
	}
}

// hash changes with the password, the certificate and the configuration.
func (s *Server) hash() pulumi.StringOutput {
	content := pulumi.Map{"admin": s.admin.Hash(), "config": s.config.Data}
	return content.ToMapOutput().ApplyT(func(plain map[string]any) (string, error) {
		return credential.Digest(plain)
	}).(pulumi.StringOutput)
}

// probe runs a command in the pod every period seconds.
func probe(command []string, period, failures int) corev1.ProbeArgs {
	return corev1.ProbeArgs{
		Exec:          corev1.ExecActionArgs{Command: pulumi.ToStringArray(command)},
		PeriodSeconds: pulumi.Int(period), FailureThreshold: pulumi.Int(failures), TimeoutSeconds: pulumi.Int(5),
	}
}
