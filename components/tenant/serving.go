package tenant

import (
	"fmt"
	"maps"
	"strconv"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/internal/pods"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// createServing makes the inference service and returns its Service.
func (b *builder) createServing(account *corev1.ServiceAccount, before []pulumi.Resource) (*corev1.Service, error) {
	service, err := b.createService()
	if err != nil {
		return nil, err
	}
	deployment, err := b.createDeployment(account, before)
	if err != nil {
		return nil, err
	}
	if err := b.createScaling(deployment); err != nil {
		return nil, err
	}
	if err := b.createServiceMonitor(); err != nil {
		return nil, err
	}
	if err := b.createBudget(); err != nil {
		return nil, err
	}
	return service, b.createIngress(service)
}

func (b *builder) createService() (*corev1.Service, error) {
	service, err := corev1.NewService(b.ctx, b.name+"-service", &corev1.ServiceArgs{
		Metadata: b.meta(InferenceName, InferenceName),
		Spec: corev1.ServiceSpecArgs{
			Type:     pulumi.String("ClusterIP"),
			Selector: pulumi.ToStringMap(b.selector(InferenceName)),
			Ports: corev1.ServicePortArray{corev1.ServicePortArgs{
				Name: pulumi.String(portName), Port: pulumi.Int(ServicePort), TargetPort: pulumi.String(portName),
				Protocol: pulumi.String(netpolicy.TCP), AppProtocol: pulumi.String("http"),
			}},
		},
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the service: %w", err)
	}
	return service, nil
}

func (b *builder) createDeployment(account *corev1.ServiceAccount, before []pulumi.Resource) (*appsv1.Deployment, error) {
	env := maps.Clone(b.in.Env)
	if env == nil {
		env = pulumi.StringMap{}
	}
	env["PORT"] = pulumi.String(strconv.Itoa(b.in.Serving.Port))
	config, hash, err := b.config(InferenceName, env)
	if err != nil {
		return nil, err
	}
	deployment, err := appsv1.NewDeployment(b.ctx, b.name+"-deployment", &appsv1.DeploymentArgs{
		Metadata: b.meta(InferenceName, InferenceName),
		// No replicas: the autoscaler owns the number, and every run would set it back.
		Spec: appsv1.DeploymentSpecArgs{
			Selector:             metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(b.selector(InferenceName))},
			RevisionHistoryLimit: pulumi.Int(5),
			Strategy: appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: appsv1.RollingUpdateDeploymentArgs{
					MaxSurge: pulumi.Int(spec.Surge), MaxUnavailable: pulumi.Int(0),
				},
			},
			Template: corev1.PodTemplateSpecArgs{
				Metadata: metav1.ObjectMetaArgs{
					Labels:      pulumi.ToStringMap(b.labels(InferenceName)),
					Annotations: b.credentials.annotate(pulumi.StringMap{configHash: hash}),
				},
				Spec: b.servingPod(account, config),
			},
		},
	}, b.inside(pulumi.DependsOn(before))...)
	if err != nil {
		return nil, fmt.Errorf("creating the deployment: %w", err)
	}
	return deployment, nil
}

func (b *builder) servingPod(account *corev1.ServiceAccount, config *corev1.ConfigMap) corev1.PodSpecArgs {
	return corev1.PodSpecArgs{
		ServiceAccountName:           account.Metadata.Name(),
		AutomountServiceAccountToken: pulumi.Bool(b.in.MountToken),
		// Variables for every service of the namespace may clash with those of the server.
		EnableServiceLinks:            pulumi.Bool(false),
		TerminationGracePeriodSeconds: pulumi.Int(GracePeriodSeconds),
		SecurityContext:               pods.Security(UserID),
		Affinity: corev1.AffinityArgs{
			NodeAffinity: b.nodes(scheduling.RoleLabel, string(scheduling.RoleCPU)),
		},
		TopologySpreadConstraints: corev1.TopologySpreadConstraintArray{
			b.spread(scheduling.ZoneLabel), b.spread(scheduling.HostnameLabel),
		},
		Containers: corev1.ContainerArray{b.server(config)},
		Volumes:    append(corev1.VolumeArray{pods.EmptyDir(tmpVolume, TmpSize, "")}, b.credentials.volumes()...),
	}
}

func (b *builder) server(config *corev1.ConfigMap) corev1.ContainerArgs {
	return corev1.ContainerArgs{
		Name:            pulumi.String(InferenceName),
		Image:           b.in.Image.ToStringOutput(),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Ports: corev1.ContainerPortArray{corev1.ContainerPortArgs{
			Name: pulumi.String(portName), ContainerPort: pulumi.Int(b.in.Serving.Port), Protocol: pulumi.String(netpolicy.TCP),
		}},
		Env:       append(home(), b.credentials.variables()...),
		EnvFrom:   envFrom(config),
		Resources: containerResources(b.in.Serving.Resources, 0, TmpSize),
		Lifecycle: corev1.LifecycleArgs{PreStop: corev1.LifecycleHandlerArgs{
			Sleep: corev1.SleepActionArgs{Seconds: pulumi.Int(DrainSeconds)},
		}},
		StartupProbe:    probe(spec.HealthPath, 5, StartupSeconds/5),
		LivenessProbe:   probe(spec.HealthPath, 10, 3),
		ReadinessProbe:  probe(spec.ReadyPath, 5, 3),
		SecurityContext: pods.ContainerSecurity(),
		VolumeMounts:    append(corev1.VolumeMountArray{pods.Mount(tmpVolume, tmpPath)}, b.credentials.mounts()...),
	}
}

func probe(path string, everySeconds, failures int) corev1.ProbeArgs {
	return corev1.ProbeArgs{
		HttpGet: corev1.HTTPGetActionArgs{
			Path: pulumi.String(path), Port: pulumi.String(portName), Scheme: pulumi.String("HTTP"),
		},
		PeriodSeconds: pulumi.Int(everySeconds), FailureThreshold: pulumi.Int(failures), TimeoutSeconds: pulumi.Int(spec.ProbeSeconds),
	}
}

// spread asks for an even spread but does not insist: a full zone must not keep
// a replica from running.
func (b *builder) spread(topology string) corev1.TopologySpreadConstraintArgs {
	return corev1.TopologySpreadConstraintArgs{
		MaxSkew: pulumi.Int(1), TopologyKey: pulumi.String(topology), WhenUnsatisfiable: pulumi.String("ScheduleAnyway"),
		LabelSelector: metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(b.selector(InferenceName))},
		// Only pods of the same revision count, or the old ones distort a rollout.
		MatchLabelKeys: pulumi.StringArray{pulumi.String("pod-template-hash")},
	}
}
