package platform

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/naming"
	"github.com/mlops-iac/mlops/internal/settings"
)

// maxName keeps every physical name that components derive from their own
// name within the limits of AWS; the object store's 44 is the tightest.
const maxName = 40

// Prefix begins every name of a stack, so that two stacks can share an account.
func Prefix(s settings.Platform) string { return s.Project + "-" + s.Environment }

func (b *build) prefix() string { return Prefix(b.settings) }

func (b *build) name(parts ...string) string {
	return naming.Short(maxName, append([]string{b.prefix()}, parts...)...)
}

func (b *build) clusterName() string { return b.prefix() }

// planAddresses computes the ranges that network policies need. They follow
// from the settings, so they are known before the subnets exist.
func (b *build) planAddresses(s *Substrate) error {
	layout, err := network.Plan(b.settings.Network.CIDR, len(b.settings.Network.Zones))
	if err != nil {
		return fmt.Errorf("planning subnets: %w", err)
	}
	s.MetadataCIDRs = texts(layout.Database)
	s.IngressCIDRs = texts(layout.Public)
	return nil
}

func texts(ranges []netip.Prefix) []string {
	plain := make([]string, len(ranges))
	for i, r := range ranges {
		plain[i] = r.String()
	}
	return plain
}

func replication(r *settings.Replication) *objectstore.Replication {
	if r == nil {
		return nil
	}
	copies := make(map[objectstore.Role]pulumi.StringInput, len(r.DestinationBucketARNs))
	for role, arn := range r.DestinationBucketARNs {
		copies[objectstore.Role(role)] = pulumi.String(arn)
	}
	return &objectstore.Replication{DestinationBucketARNs: copies, DestinationKeyARN: pulumi.String(r.DestinationKeyARN)}
}

// DNSSuffix is the domain of AWS services in a partition.
func DNSSuffix(partition settings.Partition) string {
	return awsenv.DNSSuffix(string(partition))
}
