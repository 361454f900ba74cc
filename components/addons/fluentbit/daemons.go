package fluentbit

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/pods"
	"github.com/mlops-iac/mlops/components/internal/systempriority"
)

const (
	// ConfigHash is the annotation that changes with the configuration, so that
	// the pods are made again.
	ConfigHash = "mlops.io/config-hash"

	// gracePeriodSeconds is how long what is read may take to be sent or written
	// to disk.
	gracePeriodSeconds = 30
	// priorityClass of the pods. Not every cluster admits it to a namespace of ours
	// without a quota for it.
	priorityClass = systempriority.NodeCritical
	// nodeVariable names the node, for records that no pod wrote.
	nodeVariable = "NODE_NAME"

	portName    = "metrics"
	configFile  = "fluent-bit.yaml"
	configPath  = "/etc/mlops-fluent-bit"
	configName  = "config"
	logsName    = "logs"
	stateName   = "state"
	stateOnNode = "/var/lib/mlops/fluent-bit"
)

func (b *builder) createDaemons() error {
	config, hash, err := b.createConfig()
	if err != nil {
		return err
	}
	meta := b.meta(app)
	first := append(append([]pulumi.Resource{config}, b.before...), b.in.DependsOn...)
	b.f.daemons, err = appsv1.NewDaemonSet(b.ctx, b.name+"-daemons", &appsv1.DaemonSetArgs{
		Metadata: meta,
		Spec: appsv1.DaemonSetSpecArgs{
			Selector: metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(PodLabels())},
			// A node without its reader loses nothing, as long as its files last.
			UpdateStrategy: appsv1.DaemonSetUpdateStrategyArgs{
				Type:          pulumi.String("RollingUpdate"),
				RollingUpdate: appsv1.RollingUpdateDaemonSetArgs{MaxUnavailable: pulumi.String("25%")},
			},
			Template: corev1.PodTemplateSpecArgs{
				Metadata: metav1.ObjectMetaArgs{Labels: meta.Labels, Annotations: pulumi.StringMap{ConfigHash: pulumi.String(hash)}},
				Spec:     b.pod(config),
			},
		},
		// Permissions and policies do not apply to what already runs.
	}, b.inside(first...)...)
	if err != nil {
		return fmt.Errorf("creating the daemons: %w", err)
	}
	return nil
}

func (b *builder) pod(config *corev1.ConfigMap) corev1.PodSpecArgs {
	return corev1.PodSpecArgs{
		ServiceAccountName:            pulumi.String(ServiceAccount),
		AutomountServiceAccountToken:  pulumi.Bool(true),
		EnableServiceLinks:            pulumi.Bool(false),
		TerminationGracePeriodSeconds: pulumi.Int(gracePeriodSeconds),
		// The last to be evicted: what happens when a node is full is what people
		// want to read.
		PriorityClassName: pulumi.String(priorityClass),
		// Every node has logs: GPU and spot nodes, and those that are being drained.
		Tolerations: corev1.TolerationArray{corev1.TolerationArgs{Operator: pulumi.String("Exists")}},
		SecurityContext: corev1.PodSecurityContextArgs{
			SeccompProfile: corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		Containers: corev1.ContainerArray{b.container()},
		Volumes: corev1.VolumeArray{
			corev1.VolumeArgs{Name: pulumi.String(configName), ConfigMap: corev1.ConfigMapVolumeSourceArgs{Name: config.Metadata.Name()}},
			onNode(logsName, logPath, "Directory"),
			onNode(stateName, stateOnNode, "DirectoryOrCreate"),
			pods.EmptyDir(pods.TmpVolume, "16Mi", ""),
		},
	}
}

func (b *builder) container() corev1.ContainerArgs {
	return corev1.ContainerArgs{
		Name:            pulumi.String(app),
		Image:           pulumi.String(b.in.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		// Not the entrypoints of the images, which differ.
		Command: pulumi.ToStringArray([]string{"/fluent-bit/bin/fluent-bit", "--config=" + configPath + "/" + configFile}),
		Env: corev1.EnvVarArray{corev1.EnvVarArgs{
			Name: pulumi.String(nodeVariable),
			ValueFrom: corev1.EnvVarSourceArgs{
				FieldRef: corev1.ObjectFieldSelectorArgs{FieldPath: pulumi.String("spec.nodeName")},
			},
		}},
		Ports: corev1.ContainerPortArray{corev1.ContainerPortArgs{
			Name: pulumi.String(portName), ContainerPort: pulumi.Int(MetricsPort), Protocol: pulumi.String("TCP"),
		}},
		Resources: pods.Size{
			CPU: "100m", CPULimit: "500m", Memory: "128Mi", MemoryLimit: "256Mi", Disk: "64Mi",
		}.Requirements(),
		// Whether the program answers, and not whether its destination does: while
		// that is away a restart would help nobody.
		StartupProbe:    probe("/api/v1/uptime", 5, 24),
		LivenessProbe:   probe("/api/v1/uptime", 30, 4),
		ReadinessProbe:  probe("/api/v1/health", 15, 3),
		SecurityContext: security(),
		VolumeMounts: corev1.VolumeMountArray{
			pods.MountReadOnly(configName, configPath),
			pods.MountReadOnly(logsName, logPath),
			pods.Mount(stateName, statePath),
			pods.Mount(pods.TmpVolume, pods.TmpPath),
		},
	}
}

// security runs as root without any capability. Runtimes write log files for
// root alone, and any other user would need DAC_READ_SEARCH, with which every
// file it is given can be read; root without capabilities is just their owner.
func security() corev1.SecurityContextArgs {
	context := pods.ContainerSecurity()
	context.RunAsNonRoot, context.RunAsUser, context.RunAsGroup = pulumi.Bool(false), pulumi.Int(0), pulumi.Int(0)
	return context
}

func onNode(name, path, kind string) corev1.VolumeArgs {
	return corev1.VolumeArgs{Name: pulumi.String(name), HostPath: corev1.HostPathVolumeSourceArgs{
		Path: pulumi.String(path), Type: pulumi.String(kind),
	}}
}

// probe asks for a path every period seconds.
func probe(path string, period, failures int) corev1.ProbeArgs {
	return corev1.ProbeArgs{
		HttpGet:       corev1.HTTPGetActionArgs{Path: pulumi.String(path), Port: pulumi.String(portName)},
		PeriodSeconds: pulumi.Int(period), FailureThreshold: pulumi.Int(failures), TimeoutSeconds: pulumi.Int(5),
	}
}
