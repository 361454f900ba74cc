package cluster

import (
	"cmp"

	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Versions of Kubernetes.
const (
	// DefaultVersion is the Kubernetes version of a cluster that names none: the
	// newest with a year of EKS standard support ahead.
	DefaultVersion = "1.35"
	// MinimumMinor is the oldest accepted minor version, 1.34: older ones leave
	// standard support first, after which EKS charges six times as much.
	MinimumMinor = 34
)

// Defaults of Args.
const (
	// DefaultServiceCIDR is one of the two ranges EKS itself picks from; the
	// other, 10.100.0.0/16, is more likely to be some VPC's.
	DefaultServiceCIDR = "172.20.0.0/16"
	// DefaultLogRetentionDays is 30: long enough to look into last month's
	// incident, short enough to stay cheap. Audit rules usually ask for more.
	DefaultLogRetentionDays = 30
	// DefaultKeyDeletionDays is 30, the longest KMS allows: a deleted key makes
	// every secret in etcd unreadable.
	DefaultKeyDeletionDays = 30
	// MinimumAdmins is 2, so that one lost or misspelt principal does not lock
	// everybody out.
	MinimumAdmins = 2
	// SupportType keeps the cluster on standard support: EKS upgrades it at the
	// end of that period instead of charging for extended support.
	SupportType = "STANDARD"
)

// LogTypes returns every control-plane log EKS can write.
func LogTypes() []string {
	return []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}
}

func (a *Args) withDefaults() *Args {
	in := a.clone()
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.Version = cmp.Or(in.Version, DefaultVersion)
	in.ServiceCIDR = cmp.Or(in.ServiceCIDR, DefaultServiceCIDR)
	in.LogRetentionDays = cmp.Or(in.LogRetentionDays, DefaultLogRetentionDays)
	in.SecretsKeyDeletionDays = cmp.Or(in.SecretsKeyDeletionDays, DefaultKeyDeletionDays)
	return in
}
