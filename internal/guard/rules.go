package guard

import (
	"slices"
	"strings"
)

// Rules returns every rule that applies under the options, sorted by ID.
func Rules(options Options) []Rule {
	all := slices.Concat(
		databaseRules(), registryRules(), encryptionRules(), keyRules(), bucketRules(),
		clusterRules(), computeRules(), networkRules(), vpcRules(), ingressRules(),
		identityRules(), principalRules(), tagRules(),
		tenantNamespaceRules(), tenantWorkloadRules(), accessRules(), supplyRules(), secretRules(),
	)
	if !options.AllowDefaultProviders {
		all = append(all, providerRules()...)
	}
	if options.RequireProtect {
		all = append(all, protectionRules()...)
	}
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
}
