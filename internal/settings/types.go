package settings

import (
	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Platform is the whole configuration of one stack.
type Platform struct {
	// Substrate is the base of the platform: `aws` builds everything, `kubernetes` takes an existing cluster.
	Substrate Substrate `json:"substrate" fixed:"everything would be built anew on the other substrate, and what there is deleted; make a new stack"`
	// Project is the first part of names and the value of the `project` tag: 2 to 16 of a-z, 0-9 and `-`.
	Project string `json:"project" fixed:"names of cluster, database and keys are made of it, and they would be replaced with all they hold; make a new stack and move the data"`
	// Environment is the second part of names and the value of the `environment` tag: 2 to 12 of a-z, 0-9 and `-`.
	Environment string `json:"environment" fixed:"names of cluster, database and keys are made of it, and they would be replaced with all they hold; make a new stack and move the data" required:"the name of the environment, as in names and tags"`
	// Owner is the value of the `owner` tag: the team to call.
	Owner string `json:"owner" required:"the team that answers for this stack"`
	// CostCenter is the value of the `cost-center` tag.
	CostCenter string `json:"costCenter" required:"who pays for this stack"`
	// Protect makes Pulumi refuse to delete stateful resources: network, cluster, keys, buckets, repositories and
	// database; on substrate `kubernetes` the stores and the tenants' namespaces.
	Protect bool `json:"protect"`
	// RetainOnDelete leaves stateful resources in the account, or in the cluster, when they leave the program.
	RetainOnDelete bool `json:"retainOnDelete"`
	// AWS says which account and region the stack lives in.
	AWS AWS `json:"aws" only:"aws"`
	// Network is the VPC.
	Network networkspec.Network `json:"network" only:"aws"`
	// Cluster is the EKS control plane.
	Cluster clusterspec.Cluster `json:"cluster" only:"aws"`
	// NodeGroups are the managed node groups by name; what is left out of a group depends on its role. When the key is
	// left out as a whole there is one group `system` and one group `cpu`.
	NodeGroups map[string]nodegroupspec.NodeGroup `json:"nodeGroups" only:"aws"`
	// Kubernetes is the existing cluster the stack is put into.
	Kubernetes Kubernetes `json:"kubernetes" only:"kubernetes"`
	// Registry holds container images.
	Registry Registry `json:"registry"`
	// ObjectStore holds the buckets `raw`, `processed` and `models`: in S3, or in MinIO inside the cluster.
	ObjectStore ObjectStore `json:"objectStore"`
	// MetadataStore is the PostgreSQL database: in RDS, or inside the cluster.
	MetadataStore MetadataStore `json:"metadataStore"`
	// Addons are the optional controllers in the cluster.
	Addons Addons `json:"addons"`
	// Monitoring is Prometheus, Alertmanager and Grafana.
	Monitoring Monitoring `json:"monitoring"`
	// Logs collects what containers write: in CloudWatch Logs, or inside the cluster.
	Logs Logs `json:"logs"`
	// Cost limits the costs of the stack, and says how they are watched.
	Cost Cost `json:"cost" only:"aws"`
	// Tenants chooses among the tenant definitions.
	Tenants Tenants `json:"tenants"`
	// Admission says which images the pods of tenants may run beside those of their own repositories.
	Admission tenantspec.Admission `json:"admission"`
	// Guard adjusts the guard rules.
	Guard Guard `json:"guard"`
}

// Substrate is the base of the platform. A field whose `only` tag names
// one exists there alone: elsewhere its key is an error and its rules do not apply.
type Substrate string

// The substrates.
const (
	// SubstrateAWS builds network, cluster, registry and stores on AWS.
	SubstrateAWS Substrate = "aws"
	// SubstrateKubernetes takes an existing cluster and puts the stores into it.
	SubstrateKubernetes Substrate = "kubernetes"
)

// Values lists what is supported.
func (Substrate) Values() []string {
	return []string{string(SubstrateAWS), string(SubstrateKubernetes)}
}

// AWS says which account and region the stack lives in, and how to get there.
type AWS struct {
	// Region is the AWS region.
	Region string `json:"region" fixed:"everything would be built anew in the other region; make a new stack and move the data" required:"the AWS region, such as eu-west-1"`
	// AccountID is the 12-digit account. A deployment into any other account is refused. Put it in quotes.
	AccountID string `json:"accountId" fixed:"everything would be built anew in the other account; make a new stack and move the data" required:"the 12-digit account this stack may touch"`
	// Partition is the AWS partition; left out, it follows from the region.
	Partition Partition `json:"partition" fixed:"it belongs to the region; make a new stack and move the data"`
	// Profile is the profile of the shared AWS configuration files that holds the credentials; left out, the usual
	// credential sources are tried.
	Profile string `json:"profile"`
	// DeployRoleARN is the IAM role to assume for the deployment; it must be among `cluster.adminPrincipalArns`.
	DeployRoleARN string `json:"deployRoleArn"`
}

// Partition is an isolated group of AWS regions.
type Partition string

// The partitions the platform knows.
const (
	PartitionCommercial Partition = awsenv.Commercial
	PartitionChina      Partition = awsenv.China
	PartitionGov        Partition = awsenv.Gov
)

// Values lists what is supported.
func (Partition) Values() []string {
	return awsenv.Partitions()
}

// Tenants chooses among the tenant definitions of the repository.
type Tenants struct {
	// Only names the tenants to build in this stack; empty builds every tenant that is defined.
	Only []string `json:"only"`
}

// Guard adjusts the guard rules.
type Guard struct {
	// Exemptions allow single resources to break single rules.
	Exemptions []Exemption `json:"exemptions"`
}

// Exemption allows the resources it names to break one guard rule.
type Exemption struct {
	// Rule is the id of the rule, such as `MLOPS-NET-001`.
	Rule string `json:"rule" required:"the id of a guard rule, such as MLOPS-NET-001"`
	// Resource is the Pulumi name of the resource; `*`, `?` and `[a-c]` match as in file names.
	Resource string `json:"resource" required:"the Pulumi name of a resource"`
	// Reason says why this is acceptable.
	Reason string `json:"reason" required:"why breaking the rule is acceptable here"`
}
