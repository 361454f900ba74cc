package tenant

import (
	"fmt"
	"maps"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/pods"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

const (
	checkpointVolume = "checkpoints"
	checkpointPath   = "/checkpoints"
	sharedVolume     = "shared-memory"
	sharedPath       = "/dev/shm"
	// neverSchedule stands in a suspended CronJob, which must have a schedule.
	neverSchedule = "0 0 1 1 *"
	// retries after failures of the training itself; lost nodes do not count.
	retries = 2
)

func (b *builder) createTraining(account *corev1.ServiceAccount, before []pulumi.Resource) error {
	job := b.in.Training
	if job == nil {
		return nil
	}
	claim, err := b.createCheckpoints(job)
	if err != nil {
		return err
	}
	env := maps.Clone(b.in.Env)
	if env == nil {
		env = pulumi.StringMap{}
	}
	maps.Copy(env, job.Env)
	config, hash, err := b.config(TrainingName, env)
	if err != nil {
		return err
	}
	schedule, suspended := job.Schedule, job.Schedule == spec.OnDemand
	if suspended {
		schedule = neverSchedule
	}
	labels := pulumi.ToStringMap(b.labels(TrainingName))
	_, err = batchv1.NewCronJob(b.ctx, b.name+"-training", &batchv1.CronJobArgs{
		Metadata: b.meta(TrainingName, TrainingName),
		Spec: batchv1.CronJobSpecArgs{
			Schedule: pulumi.String(schedule),
			TimeZone: pulumi.String("Etc/UTC"),
			Suspend:  pulumi.Bool(suspended),
			// Two jobs would write to the same checkpoints. It does not hold for those that
			// people make; Training.CheckpointAccessMode does.
			ConcurrencyPolicy: pulumi.String("Forbid"),
			// Without it the controller gives up for good after 100 missed starts.
			StartingDeadlineSeconds:    pulumi.Int(3600),
			SuccessfulJobsHistoryLimit: pulumi.Int(spec.FinishedJobs),
			FailedJobsHistoryLimit:     pulumi.Int(spec.FinishedJobs),
			JobTemplate: batchv1.JobTemplateSpecArgs{
				Metadata: metav1.ObjectMetaArgs{Labels: labels},
				Spec: b.trainingJob(job, corev1.PodTemplateSpecArgs{
					Metadata: metav1.ObjectMetaArgs{
						Labels: labels,
						Annotations: b.credentials.annotate(pulumi.StringMap{
							configHash: hash,
							// Moving a pod to save a node would cost hours of training.
							"karpenter.sh/do-not-disrupt":                    pulumi.String("true"),
							"cluster-autoscaler.kubernetes.io/safe-to-evict": pulumi.String("false"),
						}),
					},
					Spec: b.trainingPod(job, account, config, claim),
				}),
			},
		},
	}, b.inside(pulumi.DependsOn(before))...)
	if err != nil {
		return fmt.Errorf("creating the training job: %w", err)
	}
	return nil
}

func (b *builder) createCheckpoints(job *Training) (*corev1.PersistentVolumeClaim, error) {
	meta := b.meta(CheckpointClaimName, TrainingName)
	meta.Annotations = pulumi.StringMap{
		// The volume is made where the first job runs; until then there is nothing to wait for.
		"pulumi.com/skipAwait": pulumi.String("true"),
	}
	claim := corev1.PersistentVolumeClaimSpecArgs{
		AccessModes: pulumi.StringArray{pulumi.String(job.CheckpointAccessMode)},
		Resources: corev1.VolumeResourceRequirementsArgs{
			Requests: pulumi.StringMap{storageResource: pulumi.String(job.CheckpointStorage)},
		},
	}
	if job.StorageClass != "" {
		claim.StorageClassName = pulumi.String(job.StorageClass)
	}
	made, err := corev1.NewPersistentVolumeClaim(b.ctx, b.name+"-checkpoints", &corev1.PersistentVolumeClaimArgs{
		Metadata: meta, Spec: claim,
	}, b.inside(pulumi.Protect(b.in.Protect))...)
	if err != nil {
		return nil, fmt.Errorf("creating the checkpoint volume: %w", err)
	}
	return made, nil
}

func (b *builder) trainingJob(job *Training, template corev1.PodTemplateSpecArgs) batchv1.JobSpecArgs {
	return batchv1.JobSpecArgs{
		BackoffLimit:            pulumi.Int(retries),
		ActiveDeadlineSeconds:   pulumi.Int(job.DeadlineHours * 3600),
		TtlSecondsAfterFinished: pulumi.Int(FinishedJobSeconds),
		// The volume, and the quota for one job, are free only when the old pod is gone.
		PodReplacementPolicy: pulumi.String("Failed"),
		PodFailurePolicy: batchv1.PodFailurePolicyArgs{Rules: batchv1.PodFailurePolicyRuleArray{
			batchv1.PodFailurePolicyRuleArgs{
				// A spot node that was taken away is no failure of the training.
				Action: pulumi.String("Ignore"),
				OnPodConditions: batchv1.PodFailurePolicyOnPodConditionsPatternArray{
					batchv1.PodFailurePolicyOnPodConditionsPatternArgs{
						Type: pulumi.String("DisruptionTarget"), Status: pulumi.String("True"),
					},
				},
			},
		}},
		Template: template,
	}
}

func (b *builder) trainingPod(
	job *Training, account *corev1.ServiceAccount, config *corev1.ConfigMap, claim *corev1.PersistentVolumeClaim,
) corev1.PodSpecArgs {
	container := corev1.ContainerArgs{
		Name:            pulumi.String(TrainingName),
		Image:           job.Image.ToStringOutput(),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Env: append(append(home(), corev1.EnvVarArgs{
			Name: pulumi.String("CHECKPOINT_DIR"), Value: pulumi.String(checkpointPath),
		}), b.credentials.variables()...),
		EnvFrom:         envFrom(config),
		Resources:       containerResources(job.Resources, job.GPUs, ScratchSize),
		SecurityContext: pods.ContainerSecurity(),
		VolumeMounts: append(corev1.VolumeMountArray{
			pods.Mount(checkpointVolume, checkpointPath), pods.Mount(sharedVolume, sharedPath), pods.Mount(tmpVolume, tmpPath),
		}, b.credentials.mounts()...),
	}
	if len(job.Command) > 0 {
		container.Command = pulumi.ToStringArray(job.Command)
	}
	if len(job.Args) > 0 {
		container.Args = pulumi.ToStringArray(job.Args)
	}
	return corev1.PodSpecArgs{
		ServiceAccountName:           account.Metadata.Name(),
		AutomountServiceAccountToken: pulumi.Bool(b.in.MountToken),
		EnableServiceLinks:           pulumi.Bool(false),
		// Spot gives two minutes; this leaves time to write a checkpoint.
		TerminationGracePeriodSeconds: pulumi.Int(110),
		// The pod failure policy holds only for pods that are replaced, not restarted.
		RestartPolicy:   pulumi.String("Never"),
		SecurityContext: pods.Security(UserID),
		Affinity:        corev1.AffinityArgs{NodeAffinity: b.trainingNodes(job)},
		Tolerations:     tolerations(job),
		Containers:      corev1.ContainerArray{container},
		Volumes: append(corev1.VolumeArray{
			corev1.VolumeArgs{
				Name: pulumi.String(checkpointVolume),
				PersistentVolumeClaim: corev1.PersistentVolumeClaimVolumeSourceArgs{
					ClaimName: claim.Metadata.Name().Elem(),
				},
			},
			pods.EmptyDir(sharedVolume, SharedMemorySize, "Memory"),
			pods.EmptyDir(tmpVolume, ScratchSize, ""),
		}, b.credentials.volumes()...),
	}
}

// trainingNodes keeps training off the nodes of other work: GPU jobs on nodes
// with GPUs, spot jobs on spot nodes, the rest on CPU nodes. Of GPU nodes, spot
// ones are only preferred: GPUs are scarce there.
func (b *builder) trainingNodes(job *Training) corev1.NodeAffinityArgs {
	spot := string(scheduling.RoleSpot)
	switch {
	case job.GPUs > 0:
		nodes := b.nodes(scheduling.AcceleratorLabel, scheduling.AcceleratorNVIDIA)
		if job.Spot && b.in.Placement == PlacementRequired {
			nodes.PreferredDuringSchedulingIgnoredDuringExecution = preferred(nodeTerm(scheduling.RoleLabel, spot))
		}
		return nodes
	case job.Spot:
		return b.nodes(scheduling.RoleLabel, spot)
	default:
		return b.nodes(scheduling.RoleLabel, string(scheduling.RoleCPU))
	}
}

func tolerations(job *Training) corev1.TolerationArray {
	list := corev1.TolerationArray{}
	if job.GPUs > 0 {
		list = append(list, toleration(scheduling.GPUTaint()))
	}
	if job.Spot {
		list = append(list, toleration(scheduling.SpotTaint()))
	}
	return list
}
