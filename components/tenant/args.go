package tenant

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// Args describe one tenant. Name and Image are required.
type Args struct {
	// Name is the tenant and its namespace: a DNS label of at most 40 characters
	// that is no namespace of the platform. Required.
	Name string
	// Image is the inference server, with a fixed tag or a digest. Required.
	Image pulumi.StringInput
	// ModelURI is what the inference server loads, as MODEL_URI in its
	// environment. Default: not set.
	ModelURI pulumi.StringInput
	// Buckets are where the tenant keeps its objects; the pods find its prefix in
	// each as RAW_URI, PROCESSED_URI and MODELS_URI. Default: not set.
	Buckets *Buckets
	// Env are environment variables of inference and training. They end up in
	// ConfigMaps and are no place for secrets. The component itself sets those
	// of spec.ReservedEnv. Default: none.
	Env pulumi.StringMap
	// Serving sizes the inference service.
	Serving Serving
	// Quota bounds the namespace. Default: spec.DefaultQuota plus the GPUs of
	// the training job.
	Quota spec.Quota
	// LimitRange is what containers get that state no resources. Default:
	// spec.DefaultLimitRange.
	LimitRange spec.LimitRange
	// People may use the namespace. Default: nobody but the administrators of the cluster.
	People spec.People
	// Training makes the training job and its volume. Default: none.
	Training *Training
	// Network is what may reach the tenant, and what it may reach.
	Network Network
	// Ingress publishes the inference service outside the cluster. Default: none.
	Ingress *Ingress
	// Identity lets the pods act on AWS. Default: none.
	Identity *Identity
	// Credentials are what the pods log in with elsewhere. Default: none.
	Credentials *Credentials
	// Placement says how strictly pods keep to the nodes meant for them.
	// Default: PlacementRequired.
	Placement Placement
	// NoServiceMonitor leaves the ServiceMonitor out, for clusters without its
	// CRD. Default: false.
	NoServiceMonitor bool
	// BudgetUSD is what the tenant may cost a month, in US dollars, which an alert
	// of the monitoring compares with what OpenCost says; default 0, no budget.
	// It needs the CRD of PrometheusRule.
	BudgetUSD int
	// MountToken gives the pods a token for the Kubernetes API, with which they
	// may read their own ConfigMaps. The way to the API must be opened in
	// Network.Egress. Default: false.
	MountToken bool
	// Metadata is put on the objects of the tenant.
	Metadata Metadata
	// Protect keeps the namespace and the checkpoints from being deleted. Default: false.
	Protect bool
	// DeletedWith is what the namespace vanishes with, usually the cluster, so
	// that nothing in it is deleted one by one. Default: nothing.
	DeletedWith pulumi.Resource
}

// Buckets are names of buckets in the object store. One left out is not set in the pods.
type Buckets struct {
	// Raw is for data as it arrives, Processed for data made from it, and Models
	// for trained models.
	Raw, Processed, Models pulumi.StringInput
}

// Serving sizes the inference service. Each part left empty gets its default.
type Serving struct {
	// Replicas of the Deployment. Default: 2 to 10 at 50 % CPU.
	Replicas spec.Replicas
	// Resources of one replica. Default: 100m and 128Mi to 500m and 512Mi.
	Resources spec.Resources
	// Port the server listens on, 1024 to 65535. It must answer GET /health when
	// it lives, /ready when its model is loaded, and /metrics. Default: 8080.
	Port int
}

// Training is a job that runs on its own nodes. Each part left empty gets its default.
type Training struct {
	// Schedule is a cron schedule in UTC, or spec.OnDemand for a suspended
	// CronJob that people start jobs from. Default: spec.OnDemand.
	Schedule string
	// Image of the job. Default: Args.Image.
	Image pulumi.StringInput
	// Command and Args replace those of the image. Default: those of the image.
	Command, Args []string
	// Env are environment variables on top of Args.Env. Default: none.
	Env pulumi.StringMap
	// GPUs is the number of NVIDIA GPUs. Default: 0, which trains on CPUs.
	GPUs int
	// Spot lets the job run on capacity that may be taken away. Default: false.
	Spot bool
	// Resources of the job. Default: spec.DefaultTrainingResources.
	Resources spec.Resources
	// CheckpointStorage is the size of the volume. Default: 50Gi.
	CheckpointStorage string
	// StorageClass of the volume. Default: the default class of the cluster.
	StorageClass string
	// DeadlineHours ends a job that runs longer. Default: 24.
	DeadlineHours int
}

// Placement says how strictly pods keep to the nodes meant for them.
type Placement string

// The placements.
const (
	// PlacementRequired schedules pods only on nodes of the right role.
	PlacementRequired Placement = "required"
	// PlacementPreferred takes any node when there is none of the right role, as
	// on a cluster whose nodes carry no roles.
	PlacementPreferred Placement = "preferred"
)

// PodSelector names pods in one namespace.
type PodSelector struct {
	// Namespace is the name of the namespace. Required.
	Namespace string
	// Labels the pods carry. Default: all pods.
	Labels map[string]string
}

// Peers are the other ends of allowed connections, by address or by pod.
type Peers struct {
	// CIDRs are ranges of addresses outside the cluster.
	CIDRs []string
	// ExceptCIDRs are ranges inside CIDRs that stay closed, such as those of pods
	// and services where a range is as wide as the internet. Default: none.
	ExceptCIDRs []string
	// Pods are pods in the cluster.
	Pods []PodSelector
}

// Endpoint is something a tenant connects to.
type Endpoint struct {
	// Peers are where it is; at least one.
	Peers Peers
	// Port is its TCP port. For pods this is the port of the pod, not of the
	// service in front of it. Required.
	Port int
}

// Network is what may reach the tenant, and what it may reach beyond DNS and itself.
type Network struct {
	// Monitoring scrapes the inference service. Default: Prometheus in the
	// namespace "monitoring".
	Monitoring Peers
	// IngressController reaches the inference service. Default: ingress-nginx in
	// the namespace of that name. For load balancers that send straight to pods,
	// the CIDRs of their subnets.
	IngressController Peers
	// ObjectStore and MetadataStore are reached by every pod. Default: none.
	ObjectStore, MetadataStore *Endpoint
	// Egress are further ranges. Default: none.
	Egress []spec.Egress
}

// Ingress publishes the inference service outside the cluster.
type Ingress struct {
	// Host is the DNS name. Required.
	Host string
	// ClassName is the IngressClass. Default: the default class of the cluster.
	ClassName string
	// TLSSecretName is the secret with the certificate. Default: no TLS at the
	// Ingress, for controllers that hold the certificate themselves.
	TLSSecretName string
	// Annotations for the controller. Default: none.
	Annotations map[string]string
}

// Identity lets the pods act on AWS. Set ClusterName and RoleARN for EKS Pod
// Identity, or Annotations for IAM roles for service accounts.
type Identity struct {
	// ClusterName is the EKS cluster of the Pod Identity association.
	ClusterName pulumi.StringInput
	// RoleARN is the role the pods assume through it.
	RoleARN pulumi.StringInput
	// Annotations the ServiceAccount carries for roles for service accounts.
	Annotations pulumi.StringMapInput
	// Tags of the association.
	Tags map[string]string
}

// Credentials are handed to every pod of the component and treated as secret.
// Pods restart when one changes. Whoever may start pods in the namespace, as its
// editors, can read them, so they must open no more than what is the tenant's own.
type Credentials struct {
	// Env are environment variables of inference and training. Names that
	// Args.Env, Training.Env or spec.ReservedEnv use are refused. Default: none.
	Env pulumi.StringMap
	// Files are files in CredentialsPath by their name, such as the certificate
	// of a private authority. Default: none.
	Files pulumi.StringMap
}

// Metadata is put on the objects of the tenant.
type Metadata struct {
	// Labels of every object, for example the cost centre. Default: none.
	Labels map[string]string
	// NamespaceLabels of the namespace alone. Default: none.
	NamespaceLabels map[string]string
	// Annotations of the namespace, for example whom to call. Default: none.
	Annotations map[string]string
	// MonitorLabels of the ServiceMonitor, where Prometheus selects by label. Default: none.
	MonitorLabels map[string]string
}
