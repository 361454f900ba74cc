package tenant

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// Args describe one tenant. Name and Image are required.
type Args struct {
	// Name is the tenant and its namespace: a DNS label of at most 40 characters
	// that is no namespace of the platform. Required.
	Name string `pulumi:"name"`
	// Image is the inference server, with a fixed tag or a digest. Required.
	Image pulumi.StringInput `pulumi:"image"`
	// ModelURI is the model that the inference server loads, as MODEL_URI in its
	// environment. Default: not set.
	ModelURI pulumi.StringInput `pulumi:"modelUri"`
	// ModelKind is the kind of model that the platform's own inference server trains and serves, as
	// MODEL_KIND. Default: not set, which that server takes for sentiment.
	ModelKind spec.ModelKind `pulumi:"modelKind"`
	// ModelSeed lets the platform's own inference server answer with a model of its
	// sample until the tenant has published one, by MODEL_SEED=true. Default: false,
	// with which replicas become ready with the first published model only.
	ModelSeed bool `pulumi:"modelSeed"`
	// Buckets are where the tenant keeps its objects; the pods find its prefix in
	// each as RAW_URI, PROCESSED_URI and MODELS_URI. Default: not set.
	Buckets *Buckets `pulumi:"buckets"`
	// Env are environment variables of inference and training. They end up in
	// ConfigMaps and are no place for secrets. The component itself sets those
	// of spec.ReservedEnv. Default: none.
	Env pulumi.StringMap `pulumi:"env"`
	// Serving sizes the inference service.
	Serving Serving `pulumi:"serving"`
	// Quota bounds the namespace. Default: spec.DefaultQuota plus the GPUs of
	// the training job.
	Quota spec.Quota `pulumi:"quota"`
	// LimitRange holds the resources of containers that state none. Default:
	// spec.DefaultLimitRange.
	LimitRange spec.LimitRange `pulumi:"limitRange"`
	// People may use the namespace. Default: nobody but the administrators of the cluster.
	People spec.People `pulumi:"people"`
	// Training makes the training job and its volume. Default: none.
	Training *Training `pulumi:"training"`
	// Repositories hold images, without a tag, that the pods may run beside those of the
	// repositories of Image and Training.Image. The API server refuses others. Default: none.
	Repositories pulumi.StringArray `pulumi:"repositories"`
	// Admission says which further images the pods may run, and how they are named.
	Admission spec.Admission `pulumi:"admission"`
	// Network lists who may reach the tenant, and what it may reach.
	Network Network `pulumi:"network"`
	// Ingress publishes the inference service outside the cluster. Default: none.
	Ingress *Ingress `pulumi:"ingress"`
	// Identity lets the pods act on AWS. Default: none.
	Identity *Identity `pulumi:"identity"`
	// Credentials are the Secrets with which the pods log in elsewhere. Default: none.
	Credentials *Credentials `pulumi:"credentials"`
	// Placement says how strictly pods keep to the nodes meant for them.
	// Default: PlacementRequired.
	Placement Placement `pulumi:"placement"`
	// NoServiceMonitor leaves the ServiceMonitor out, for clusters without its
	// CRD. Default: false.
	NoServiceMonitor bool `pulumi:"noServiceMonitor"`
	// BudgetUSD is the most the tenant may cost a month, in US dollars, which an alert
	// of the monitoring compares with what OpenCost says; default 0, no budget.
	// It needs the CRD of PrometheusRule.
	BudgetUSD int `pulumi:"budgetUSD"`
	// MountToken gives the pods a token for the Kubernetes API, with which they
	// may read their own ConfigMaps. The way to the API must be opened in
	// Network.Egress. Default: false.
	MountToken bool `pulumi:"mountToken"`
	// Metadata is put on the objects of the tenant.
	Metadata Metadata `pulumi:"metadata"`
	// Protect keeps the namespace and the checkpoints from being deleted. Default: false.
	Protect bool `pulumi:"protect"`
	// DeletedWith is the resource with which the namespace vanishes, usually the cluster, so
	// that nothing in it is deleted one by one. Default: nothing.
	DeletedWith pulumi.Resource
}

// Buckets are names of buckets in the object store. One left out is not set in the pods.
type Buckets struct {
	// Raw is for data as it arrives.
	Raw pulumi.StringInput `pulumi:"raw"`
	// Processed is for data made from it.
	Processed pulumi.StringInput `pulumi:"processed"`
	// Models is for trained models.
	Models pulumi.StringInput `pulumi:"models"`
}

// Serving sizes the inference service. Each part left empty gets its default.
type Serving struct {
	// Replicas of the Deployment. Default: 2 to 10 at 50 % CPU.
	Replicas spec.Replicas `pulumi:"replicas"`
	// Resources of one replica. Default: 100m and 128Mi to 500m and 512Mi.
	Resources spec.Resources `pulumi:"resources"`
	// Port the server listens on, 1024 to 65535. It must answer GET /health when
	// it lives, /ready when its model is loaded, and /metrics. Default: 8080.
	Port int `pulumi:"port"`
}

// Training is a job that runs on its own nodes. Each part left empty gets its default.
type Training struct {
	// Schedule is a cron schedule in UTC, or spec.OnDemand for a suspended
	// CronJob that people start jobs from. Default: spec.OnDemand.
	Schedule string `pulumi:"schedule"`
	// Image of the job. Default: Args.Image.
	Image pulumi.StringInput `pulumi:"image"`
	// Command replaces that of the image. Default: that of the image.
	Command []string `pulumi:"command"`
	// Args replace those of the image. Default: those of the image.
	Args []string `pulumi:"args"`
	// Env are environment variables on top of Args.Env. Default: none.
	Env pulumi.StringMap `pulumi:"env"`
	// GPUs is the number of NVIDIA GPUs. Default: 0, which trains on CPUs.
	GPUs int `pulumi:"gpus"`
	// Spot lets the job run on capacity that may be taken away. Default: false.
	Spot bool `pulumi:"spot"`
	// Resources of the job. Default: spec.DefaultTrainingResources.
	Resources spec.Resources `pulumi:"resources"`
	// CheckpointStorage is the size of the volume. Default: 50Gi.
	CheckpointStorage string `pulumi:"checkpointStorage"`
	// CheckpointAccessMode says who may mount the volume at the same time: with
	// spec.ReadWriteOnce every pod of its node, with spec.ReadWriteOncePod a single pod,
	// so that a job beside the schedule waits until the other has ended. The latter takes
	// a storage driver that knows it: CSI drivers such as that of EBS from 1.13 on; a
	// volume made by hand must list the mode. A change replaces the claim, and with it
	// the checkpoints are lost; where Args.Protect is set the engine refuses it.
	// Default: spec.ReadWriteOnce.
	CheckpointAccessMode spec.AccessMode `pulumi:"checkpointAccessMode"`
	// StorageClass of the volume. Default: the default class of the cluster.
	StorageClass string `pulumi:"storageClass"`
	// DeadlineHours ends a job that runs longer. Default: 24.
	DeadlineHours int `pulumi:"deadlineHours"`
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
	Namespace string `pulumi:"namespace"`
	// Labels the pods carry. Default: all pods.
	Labels map[string]string `pulumi:"labels"`
}

// Peers are the other ends of allowed connections, by address or by pod.
type Peers struct {
	// CIDRs are ranges of addresses outside the cluster.
	CIDRs []string `pulumi:"cidrs"`
	// Ranges are ranges of addresses that another resource says, such as those of S3 by
	// an endpoint; an update in which it says none fails. Default: none.
	Ranges pulumi.StringArrayInput `pulumi:"ranges"`
	// Pods are pods in the cluster.
	Pods []PodSelector `pulumi:"pods"`
}

// Endpoint is something a tenant connects to.
type Endpoint struct {
	// Peers are where it is; at least one.
	Peers Peers `pulumi:"peers"`
	// Port is its TCP port. For pods this is the port of the pod, not of the
	// service in front of it. Required.
	Port int `pulumi:"port"`
}

// Network lists who may reach the tenant, and what it may reach beyond DNS and itself.
type Network struct {
	// Monitoring scrapes the inference service. Default: Prometheus in the
	// namespace "monitoring".
	Monitoring Peers `pulumi:"monitoring"`
	// IngressController reaches the inference service. Default: ingress-nginx in
	// the namespace of that name. For load balancers that send straight to pods,
	// the CIDRs of their subnets.
	IngressController Peers `pulumi:"ingressController"`
	// ObjectStore is reached by every pod. Default: none.
	ObjectStore *Endpoint `pulumi:"objectStore"`
	// MetadataStore is reached by every pod. Default: none.
	MetadataStore *Endpoint `pulumi:"metadataStore"`
	// DNS is where names are answered, which every pod may reach. Default: spec.DefaultDNS.
	DNS spec.DNS `pulumi:"dns"`
	// Egress are further ranges. Default: none.
	Egress []spec.Egress `pulumi:"egress"`
}

// Ingress publishes the inference service outside the cluster.
type Ingress struct {
	// Host is the DNS name. Required.
	Host string `pulumi:"host"`
	// ClassName is the IngressClass. Default: the default class of the cluster.
	ClassName string `pulumi:"className"`
	// Paths are what is published, and nothing else is: each by itself, and one that ends in "/"
	// with all that lies below it; "/" is the root alone. "/metrics"
	// and what is below "/-/" are refused. Default: spec.DefaultPaths.
	Paths []string `pulumi:"paths"`
	// TLSSecretName is the secret with the certificate. Default: no TLS at the
	// Ingress, for controllers that hold the certificate themselves.
	TLSSecretName string `pulumi:"tlsSecretName"`
	// Annotations for the controller. Default: none.
	Annotations map[string]string `pulumi:"annotations"`
}

// Identity lets the pods act on AWS. Set ClusterName and RoleARN for EKS Pod
// Identity, or Annotations for IAM roles for service accounts.
type Identity struct {
	// ClusterName is the EKS cluster of the Pod Identity association.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// RoleARN is the role the pods assume through it.
	RoleARN pulumi.StringInput `pulumi:"roleArn"`
	// Annotations the ServiceAccount carries for roles for service accounts.
	Annotations pulumi.StringMapInput `pulumi:"annotations"`
	// Tags of the association.
	Tags map[string]string `pulumi:"tags"`
}

// Credentials are handed to every pod of the component and treated as secret.
// Pods restart when one changes. Whoever may start pods in the namespace, as its
// editors, can read them, so they must open no more than what is the tenant's own.
type Credentials struct {
	// Env are environment variables of inference and training. Names that
	// Args.Env, Training.Env or spec.ReservedEnv use are refused. Default: none.
	Env pulumi.StringMap `pulumi:"env"`
	// Files are files in CredentialsPath by their name, such as the certificate
	// of a private authority. Default: none.
	Files pulumi.StringMap `pulumi:"files"`
}

// Metadata is put on the objects of the tenant.
type Metadata struct {
	// Labels of every object, for example the cost centre. Default: none.
	Labels map[string]string `pulumi:"labels"`
	// NamespaceLabels of the namespace alone. Default: none.
	NamespaceLabels map[string]string `pulumi:"namespaceLabels"`
	// Annotations of the namespace, for example whom to call. Default: none.
	Annotations map[string]string `pulumi:"annotations"`
	// MonitorLabels of the ServiceMonitor, where Prometheus selects by label. Default: none.
	MonitorLabels map[string]string `pulumi:"monitorLabels"`
}
