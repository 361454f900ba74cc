package datastore

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/pods"
)

// Bounds of a provisioning job, in seconds.
const (
	// WaitSeconds is how long a script waits for the server.
	WaitSeconds = 180
	// DeadlineSeconds ends a job. It is less than the ten minutes Pulumi waits,
	// so that the job says what is wrong.
	DeadlineSeconds = 540
	// attempts is how often a failed script is run again.
	attempts = 3
)

// AuthorityPath is the file with the authority of the server in a job.
const AuthorityPath = "/tls/" + AuthorityKey

const (
	authorityVolume = "authority"
	// preparing is the name of the container that runs before the script.
	preparing = "preparing"
	// jobUser does not exist on nodes, and needs not exist in the image.
	jobUser = 65532
)

// Job describes a script that provisions a store.
type Job struct {
	// Parent is the component the job belongs to.
	Parent pulumi.Resource
	// App and Namespace are those of the store.
	App       string
	Namespace pulumi.StringInput
	// Name is the beginning of the job's name, up to 50 characters. A hash of
	// everything else follows it, because a job cannot be changed.
	Name string
	// Tenant the job is for; empty for none.
	Tenant string
	// Image has a POSIX shell and the client of the store.
	Image pulumi.StringInput
	// Script is the program that the shell runs. It must be able to run again.
	Script string
	// Env are variables for the script, and Secrets those taken from Secrets.
	Env     map[string]pulumi.StringInput
	Secrets corev1.EnvVarArray
	// Before is a container that runs to its end before the script; nil for none.
	Before *Before
	// Authority is the Secret with the authority of the server; nil for none.
	Authority pulumi.StringInput
	// Rotation changes when the job must run again although nothing else has.
	Rotation pulumi.StringInput
	// NodeSelector narrows down the nodes; nil for any.
	NodeSelector pulumi.StringMapInput
}

// Before is a script in an image of its own. What it leaves in HOME, which is
// memory then and not a disk, the script of the job finds there.
type Before struct {
	Image  pulumi.StringInput
	Script string
	Env    map[string]pulumi.StringInput
}

// Run makes a job that runs the script once. after must be there before it.
func Run(ctx *pulumi.Context, name string, in Job, opts ...pulumi.ResourceOption) (*batchv1.Job, error) {
	all := accountLabels(in.App, in.Tenant)
	made, err := batchv1.NewJob(ctx, name, &batchv1.JobArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name: pulumi.Sprintf("%s-%s", in.Name, in.hash()), Namespace: in.Namespace, Labels: pulumi.ToStringMap(all),
		},
		Spec: batchv1.JobSpecArgs{
			BackoffLimit:          pulumi.Int(attempts),
			ActiveDeadlineSeconds: pulumi.Int(DeadlineSeconds),
			Template: corev1.PodTemplateSpecArgs{
				Metadata: metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(all)},
				Spec:     in.pod(),
			},
		},
	}, append(options.Child(in.Parent), opts...)...)
	if err != nil {
		return nil, fmt.Errorf("creating job %s: %w", in.Name, err)
	}
	return made, nil
}

func (j Job) pod() corev1.PodSpecArgs {
	pod := corev1.PodSpecArgs{
		ServiceAccountName:           pulumi.String(j.App),
		AutomountServiceAccountToken: pulumi.Bool(false),
		EnableServiceLinks:           pulumi.Bool(false),
		// A new pod for every attempt keeps the log of the failed one.
		RestartPolicy:   pulumi.String("Never"),
		NodeSelector:    j.nodeSelector(),
		SecurityContext: pods.Security(jobUser),
		Containers:      corev1.ContainerArray{j.container(provisioning, j.Image, j.Script, j.Env, j.Secrets)},
	}
	if j.Before != nil {
		pod.InitContainers = corev1.ContainerArray{j.container(preparing, j.Before.Image, j.Before.Script, j.Before.Env, nil)}
	}
	pod.Volumes = j.volumes()
	return pod
}

func (j Job) nodeSelector() pulumi.StringMapInput {
	if j.NodeSelector == nil {
		return pulumi.StringMap{}
	}
	return j.NodeSelector
}

func (j Job) container(
	name string, image pulumi.StringInput, script string, env map[string]pulumi.StringInput, secrets corev1.EnvVarArray,
) corev1.ContainerArgs {
	mounts := corev1.VolumeMountArray{pods.Mount(pods.TmpVolume, pods.TmpPath)}
	if j.Authority != nil {
		mounts = append(mounts, pods.MountReadOnly(authorityVolume, "/tls"))
	}
	return corev1.ContainerArgs{
		Name:            pulumi.String(name),
		Image:           image,
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Command:         pulumi.ToStringArray([]string{"/bin/sh", "-c", script}),
		Env:             append(variables(env), secrets...),
		SecurityContext: pods.ContainerSecurity(),
		Resources: pods.Size{
			CPU: "50m", CPULimit: "500m", Memory: "64Mi", MemoryLimit: "256Mi", Disk: "64Mi",
		}.Requirements(),
		VolumeMounts: mounts,
	}
}

func (j Job) volumes() corev1.VolumeArray {
	medium := ""
	if j.Before != nil {
		medium = "Memory"
	}
	volumes := corev1.VolumeArray{pods.EmptyDir(pods.TmpVolume, "32Mi", medium)}
	if j.Authority != nil {
		volumes = append(volumes, pods.Files(authorityVolume, j.Authority, [2]string{AuthorityKey, AuthorityKey}))
	}
	return volumes
}

func variables(env map[string]pulumi.StringInput) corev1.EnvVarArray {
	list := corev1.EnvVarArray{
		pods.Plain("HOME", pulumi.String(pods.TmpPath)),
		pods.Plain("WAIT_SECONDS", pulumi.String(strconv.Itoa(WaitSeconds))),
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, pods.Plain(name, env[name]))
	}
	return list
}

// hash changes with whatever makes the job another one.
func (j Job) hash() pulumi.StringOutput {
	content := pulumi.Map{
		"image": j.Image, "script": pulumi.String(j.Script), "env": mapOf(j.Env),
		"nodeSelector": j.nodeSelector(),
	}
	if j.Before != nil {
		content["before"] = pulumi.Map{
			"image": j.Before.Image, "script": pulumi.String(j.Before.Script), "env": mapOf(j.Before.Env),
		}
	}
	if j.Rotation != nil {
		content["rotation"] = j.Rotation
	}
	return content.ToMapOutput().ApplyT(func(plain map[string]any) (string, error) {
		digest, err := credential.Digest(plain)
		return digest[:min(8, len(digest))], err
	}).(pulumi.StringOutput)
}

func mapOf(env map[string]pulumi.StringInput) pulumi.Map {
	all := pulumi.Map{}
	for name, value := range env {
		all[name] = value
	}
	return all
}
