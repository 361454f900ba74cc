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

// StandIns are the stand-ins for AWS and Kubernetes. They answer the two lookups
// that pulumi-eks makes; both follow from the account and its partition.
func StandIns(accountID, partition, dnsSuffix string) []StandIn {
	return []StandIn{
		{Package: "aws", Version: awsVersion, Answers: standin.Answers{
			"aws:index/getPartition:getPartition": {
				"id": partition, "partition": partition, "dnsSuffix": dnsSuffix,
			},
			"aws:index/getCallerIdentity:getCallerIdentity": {
				"id": accountID, "accountId": accountID,
				"arn": "arn:" + partition + ":iam::" + accountID + ":root", "userId": accountID,
			},
		}},
		Kubernetes(),
	}
}

// Kubernetes is the stand-in for Kubernetes, all that a stack without a cloud needs.
func Kubernetes() StandIn { return StandIn{Package: KubernetesPackage, Version: KubernetesVersion} }
