package engine

import "github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"

// Versions that the fake providers report: the newest SDK in the run, which for Kubernetes
// is the one inside the EKS component provider. The engine warns about an older one.
const (
	awsVersion        = "6.83.4"
	kubernetesVersion = "4.34.2"
)

// KubernetesPackage is the name of the Kubernetes provider.
const KubernetesPackage = "kubernetes"

// Lookups are all that a program may ask AWS while it plans. The list is as
// short as it can be: an entry that no stack needs any more fails a test.
func Lookups(partition, dnsSuffix string) []fakeprovider.Lookup {
	return []fakeprovider.Lookup{{
		Token: "aws:index/getPartition:getPartition",
		Reason: "pulumi-eks asks it to write the ARNs and principals of the roles it may make; " +
			"the AWS provider derives the answer from the region and calls nothing",
		Answer: map[string]any{"id": partition, "partition": partition, "dnsSuffix": dnsSuffix},
	}}
}

// FakeProviders are the fake providers of AWS and Kubernetes. That of AWS answers
// Lookups, that of Kubernetes nothing.
func FakeProviders(partition, dnsSuffix string) []FakeProvider {
	return []FakeProvider{{Package: "aws", Version: awsVersion, Lookups: Lookups(partition, dnsSuffix)}, FakeKubernetes()}
}

// FakeKubernetes is the fake provider of Kubernetes, all that a stack without a cloud needs.
func FakeKubernetes() FakeProvider {
	return FakeProvider{Package: KubernetesPackage, Version: kubernetesVersion}
}
