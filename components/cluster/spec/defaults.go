package spec

import "github.com/mlops-iac/mlops/internal/shared/defaults"

const (
	// DefaultVersion is the newest Kubernetes version with a year of EKS standard
	// support ahead.
	DefaultVersion = "1.35"
	// MinimumMinor is the oldest accepted minor version, 1.34: older ones leave
	// standard support first, after which EKS charges six times as much.
	MinimumMinor = 34
	// DefaultServiceCIDR is one of the two ranges EKS itself picks from; the
	// other, 10.100.0.0/16, is more likely to be some VPC's.
	DefaultServiceCIDR = "172.20.0.0/16"
	// DefaultLogRetentionDays is 30: long enough to look into last month's
	// incident, short enough to stay cheap. Audit rules usually ask for more.
	DefaultLogRetentionDays = 30
)

// Default returns the cluster of a stack that says nothing about it. It is not
// valid: it has no administrators.
func Default() Cluster {
	return Cluster{
		Version: DefaultVersion, ServiceCIDR: DefaultServiceCIDR,
		LogRetentionDays: DefaultLogRetentionDays, UpgradePolicy: UpgradeStandard, NetworkPolicyMode: NetworkPolicyStandard,
	}
}

// WithDefaults fills in what is left out.
func (c Cluster) WithDefaults() Cluster {
	defaults.Fill(&c, Default())
	return c
}
