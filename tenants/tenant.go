package tenants

import (
	"strings"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// Tenant is one team on the platform.
type Tenant struct {
	// Name is the namespace of the tenant and the name of its file without ".yaml". It cannot change later: everything of the tenant lives under it.
	Name string `json:"name" required:"the name of the tenant, which is also its namespace"`
	Spec
}

// Spec is everything of a tenant but its name. Each part may differ by stack, under environments.
type Spec struct {
	// DisplayName is the name people use for the tenant; the name when empty.
	DisplayName string `json:"displayName"`
	// Owners are the e-mail addresses of the people who answer for the tenant; at least one.
	Owners []string `json:"owners" required:"at least one e-mail address of somebody who answers for the tenant"`
	// CostCenter is the account on which the costs of the tenant are booked.
	CostCenter string `json:"costCenter" required:"what the costs of the tenant are booked on"`
	// Budget limits the costs of the tenant; none when left out.
	Budget Budget `json:"budget"`
	// Contact is where to reach the team in an incident, for example a chat channel or a pager; the first owner when empty.
	Contact string `json:"contact"`
	// Image is the inference server.
	Image Image `json:"image" required:"the image of the inference server"`
	// Model is the model that the inference server loads.
	Model Model `json:"model"`
	// Replicas says how many pods serve, and when there are more of them.
	Replicas spec.Replicas `json:"replicas"`
	// Resources are the requests and limits of one replica.
	Resources spec.Resources `json:"resources"`
	// Port is where the inference server listens; 1024 to 65535.
	Port int `json:"port"`
	// Env are environment variables of the inference server and of the training job. Not for secrets: whoever views the namespace reads them.
	Env map[string]string `json:"env"`
	// Quota is the most that everything in the namespace may use together.
	Quota spec.Quota `json:"quota"`
	// LimitRange holds the resources of containers that state none, and the largest volume.
	LimitRange spec.LimitRange `json:"limitRange"`
	// People are those who may use the namespace.
	People People `json:"people"`
	// Training is the training job of the tenant.
	Training Training `json:"training"`
	// Network opens ways out of the namespace beyond those every tenant has.
	Network Network `json:"network"`
	// Ingress publishes the inference service outside the cluster.
	Ingress Ingress `json:"ingress"`
}

// Budget is the most a tenant should cost. It warns and stops nothing.
type Budget struct {
	// MonthlyUSD is the amount a month in US dollars; 0 for no budget.
	MonthlyUSD int `json:"monthlyUSD"`
}

// Image is a container image at a fixed version.
type Image struct {
	// Repository is a name in the registry of the platform, as in "inference", or a full one with its host, as in "ghcr.io/example/server".
	Repository string `json:"repository"`
	// Tag is a version such as "1.4.2"; "latest" is refused because it names something else every day.
	Tag string `json:"tag"`
	// Digest pins the exact content, as "sha256:" and 64 hexadecimal digits; it wins over the tag.
	Digest string `json:"digest"`
}

// IsZero says that nothing is set.
func (i Image) IsZero() bool { return i == Image{} }

// HasHost says that the repository names its registry, so that it is not one of the platform.
func (i Image) HasHost() bool { return spec.HasHost(i.Repository) }

// Reference returns what Kubernetes pulls when the platform keeps the
// repository at the given URL; an empty URL stands for the repository itself.
func (i Image) Reference(repositoryURL string) string {
	reference := repositoryURL
	if reference == "" || i.HasHost() {
		reference = i.Repository
	}
	if i.Tag != "" {
		reference += ":" + i.Tag
	}
	if i.Digest != "" {
		reference += "@" + i.Digest
	}
	return reference
}

// Model is the model that the inference server loads.
type Model struct {
	// URI is a path below the prefix of the tenant in the models bucket, as in "churn/2025-06-01", or a full URI with "s3://" or "https://"; empty when the image brings its model along.
	URI string `json:"uri"`
	// Kind is the kind of model that the inference server of the platform trains and serves: "sentiment" of texts, or
	// "defects" by the measurements of a production line. Other images may ignore it; they find it as MODEL_KIND.
	Kind spec.ModelKind `json:"kind"`
	// Seed lets the inference server of the platform answer with a model of its own sample until the tenant has published its first one, so that the first deployment ends by itself; false makes replicas wait for a published model. Other images may ignore it; they find it as MODEL_SEED.
	Seed bool `json:"seed"`
}

// Location returns the full URI of the model, given the URI of the tenant's
// prefix in the models bucket, for example "s3://models/tenants/fraud/"; empty
// without a model.
func (m Model) Location(prefix string) string {
	if m.URI == "" || strings.Contains(m.URI, "://") {
		return m.URI
	}
	return strings.TrimSuffix(prefix, "/") + "/" + m.URI
}

// Training is the training job of a tenant. It runs on its own nodes and writes
// checkpoints to a volume that outlives it.
type Training struct {
	// Enabled makes the job and its volume.
	Enabled bool `json:"enabled"`
	// Schedule is a cron schedule in UTC, or "on-demand" for jobs that people start with `kubectl create job --from=cronjob/training`.
	Schedule string `json:"schedule"`
	// Image is the training image; the image of the inference server when left out.
	Image Image `json:"image"`
	// Command replaces the entry point of the image.
	Command []string `json:"command"`
	// Args are the arguments of the command.
	Args []string `json:"args"`
	// Env are environment variables of the job, on top of those of the tenant. Not for secrets.
	Env map[string]string `json:"env"`
	// GPUs is the number of NVIDIA GPUs of the job; 0 for training on CPUs.
	GPUs int `json:"gpus"`
	// Spot runs the job on cheap capacity that may be taken away at two minutes' notice; the job starts again and must resume from its checkpoints.
	Spot bool `json:"spot"`
	// Resources are the requests and limits of the job.
	Resources spec.Resources `json:"resources"`
	// CheckpointStorage is the size of the volume for checkpoints.
	CheckpointStorage string `json:"checkpointStorage"`
	// CheckpointAccessMode says who may mount the volume for checkpoints at the same time: with "ReadWriteOnce" every pod of its node, with "ReadWriteOncePod" a single pod, so that a job that people start beside the schedule waits until the other has ended. The latter needs a storage driver that knows it, such as the one of EBS from version 1.13 on. Decide before the first deployment: a change replaces the volume and loses the checkpoints, and stacks that protect refuse it.
	CheckpointAccessMode spec.AccessMode `json:"checkpointAccessMode"`
	// DeadlineHours ends a job that runs longer; 1 to 168.
	DeadlineHours int `json:"deadlineHours"`
}

// Network lists what the namespace of a tenant may reach beyond DNS, itself, the
// object store and the metadata store.
type Network struct {
	// Egress are further ranges of addresses.
	Egress []spec.Egress `json:"egress"`
}

// Ingress publishes the inference service outside the cluster.
type Ingress struct {
	// Enabled makes the Ingress.
	Enabled bool `json:"enabled"`
	// Host is the DNS name it answers to.
	Host string `json:"host"`
	// Paths are what is published, and nothing else is: each by itself, and one that ends in "/", as in "/v1/", with all that lies below it; "/" is the root alone. "/metrics" and what is below "/-/" are for the cluster alone and refused.
	Paths []string `json:"paths"`
}

// Default returns a tenant with every default and nothing that has none.
func Default() Tenant {
	return Tenant{Spec: Spec{
		Model:      Model{Kind: spec.ModelSentiment, Seed: true},
		Replicas:   spec.DefaultReplicas(),
		Resources:  spec.DefaultResources(),
		Port:       spec.DefaultPort,
		Quota:      spec.DefaultQuota(),
		LimitRange: spec.DefaultLimitRange(),
		Training: Training{
			Schedule:             spec.OnDemand,
			Resources:            spec.DefaultTrainingResources(),
			CheckpointStorage:    spec.DefaultCheckpointStorage,
			CheckpointAccessMode: spec.DefaultCheckpointAccessMode,
			DeadlineHours:        spec.DefaultDeadlineHours,
		},
		Ingress: Ingress{Paths: spec.DefaultPaths()},
	}}
}

// TrainingImage returns the image of the training job.
func (t Tenant) TrainingImage() Image {
	if t.Training.Image.IsZero() {
		return t.Image
	}
	return t.Training.Image
}

// demand is what the platform starts for the tenant.
func (t Tenant) demand() spec.Demand {
	demand := spec.Demand{Replicas: t.Replicas, Replica: t.Resources}
	if t.Training.Enabled {
		demand.Training = &spec.TrainingDemand{
			Resources: t.Training.Resources, GPUs: t.Training.GPUs, CheckpointStorage: t.Training.CheckpointStorage,
		}
	}
	return demand
}
