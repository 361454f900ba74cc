package offline

import "github.com/mlops-iac/mlops/internal/offline/standin"

// Versions the stand-ins report: the newest SDK in the run, which for Kubernetes
// is the one inside the EKS component provider. The engine warns about an older one.
const (
	awsVersion = "6.83.4"
	// KubernetesVersion is also what other providers in its place must report.
	KubernetesVersion = "4.34.2"
)

// KubernetesPackage is the name of the Kubernetes provider.
const KubernetesPackage = "kubernetes"

// Lookups are all that a program may ask AWS while it plans. The list is as
// short as it can be: an entry that no stack needs any more fails a test.
func Lookups(partition, dnsSuffix string) []standin.Lookup {
	return []standin.Lookup{{
		Token: "aws:index/getPartition:getPartition",
		Reason: "pulumi-eks asks it to write the ARNs and principals of the roles it may make; " +
			"the AWS provider derives the answer from the region and calls nothing",
		Answer: map[string]any{"id": partition, "partition": partition, "dnsSuffix": dnsSuffix},
	}}
}

// StandIns are the stand-ins for AWS and Kubernetes. The one for AWS answers
// Lookups, the one for Kubernetes nothing.
func StandIns(partition, dnsSuffix string) []StandIn {
	return []StandIn{{Package: "aws", Version: awsVersion, Lookups: Lookups(partition, dnsSuffix)}, Kubernetes()}
}

// Kubernetes is the stand-in for Kubernetes, all that a stack without a cloud needs.
func Kubernetes() StandIn { return StandIn{Package: KubernetesPackage, Version: KubernetesVersion} }
