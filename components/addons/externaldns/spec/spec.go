// Package spec holds what a stack file says of ExternalDNS as plain values. It
// knows nothing of Pulumi.
package spec

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// ExternalDNS is where ExternalDNS may write.
type ExternalDNS struct {
	// ZoneIDs are the hosted zones of Route 53 that it may change, and no others, such as `Z0123456789ABCDEFGHIJ`.
	ZoneIDs []string `json:"zoneIds" pulumi:"zoneIds" example:"Z0123456789ABCDEFGHIJ"`
	// Domains are the domains in which it makes records, such as `ml.example.com`; what lies outside is left alone.
	Domains []string `json:"domains" pulumi:"domains" example:"ml.example.com"`
}

// zonePattern is that of Route 53's API: up to 32 capital letters and digits.
var zonePattern = regexp.MustCompile(`^Z[0-9A-Z]{1,31}$`)

// Check reports zones and domains that cannot be, stand there twice or are
// missing.
func (e ExternalDNS) Check(path *field.Path) field.ErrorList {
	zones, domains := path.Child("zoneIds"), path.Child("domains")
	list := slices.Concat(
		atLeastOne(zones, e.ZoneIDs, "a hosted zone: without one it may write nowhere"),
		atLeastOne(domains, e.Domains, "a domain: without one it would write every record of its zones"),
		validation.Unique(zones, e.ZoneIDs), validation.Unique(domains, e.Domains),
	)
	for i, zone := range e.ZoneIDs {
		list = append(list, validation.Match(zones.Index(i), zone, zonePattern,
			"must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ, without /hostedzone/")...)
	}
	for i, domain := range e.Domains {
		if !validation.IsHost(domain) || !strings.Contains(domain, ".") {
			list = append(list, field.Invalid(domains.Index(i), domain, "must be a domain such as ml.example.com, without a dot at its end"))
		}
	}
	return list
}

func atLeastOne(path *field.Path, values []string, what string) field.ErrorList {
	if len(values) > 0 {
		return nil
	}
	return field.ErrorList{field.Required(path, what)}
}
