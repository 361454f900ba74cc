package platform

import (
	"net/netip"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// maxName keeps every physical name that components derive from their own
// name within the limits of AWS; the object store's 43 is the tightest but one.
const maxName = 40

// maxAddonsName is what the role of the EBS driver's add-on leaves.
const maxAddonsName = 32

// Prefix begins every name of a stack, so that two stacks can share an account.
func Prefix(s settings.Platform) string { return s.Project + "-" + s.Environment }

func (b *build) prefix() string { return Prefix(b.settings) }

func (b *build) name(parts ...string) string {
	return names.Short(maxName, append([]string{b.prefix()}, parts...)...)
}

func (b *build) addonsName() string { return names.Short(maxAddonsName, b.prefix(), "addons") }

func (b *build) clusterName() string { return b.prefix() }

func texts(ranges []netip.Prefix) []string {
	plain := make([]string, len(ranges))
	for i, r := range ranges {
		plain[i] = r.String()
	}
	return plain
}

// DNSSuffix is the domain of AWS services in a partition.
func DNSSuffix(partition settings.Partition) string {
	return awsenv.DNSSuffix(string(partition))
}
