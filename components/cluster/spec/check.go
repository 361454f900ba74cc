package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

const (
	// MinimumAdmins is 2, so that one lost or misspelt principal does not lock
	// everybody out.
	MinimumAdmins = 2
	// minZones is the limit of EKS.
	minZones = 2
	// serviceBitsMin and serviceBitsMax are the limits of EKS.
	serviceBitsMin, serviceBitsMax = 12, 24
	// publicBitsMin is ours: wider ranges are the internet. publicRangesMax is
	// EKS's quota.
	publicBitsMin, publicRangesMax = 8, 40
)

var addonPattern = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$`)

// Check reports every broken rule of a cluster with all its defaults, in an
// account and partition.
func (c Cluster) Check(path *field.Path, place awsenv.Place) field.ErrorList {
	return slices.Concat(
		validation.Required(path, c, ""),
		c.checkVersion(path.Child("version")),
		c.checkPrincipals(path, place),
		c.checkPublicAccess(path.Child("publicAccessCidrs")),
		c.checkService(path.Child("serviceCidr")),
		awsenv.CheckLogRetention(path.Child("logRetentionDays"), c.LogRetentionDays),
		validation.Supported(path.Child("upgradePolicy"), c.UpgradePolicy),
		validation.Supported(path.Child("networkPolicyMode"), c.NetworkPolicyMode),
		CheckAddonVersions(path.Child("addonVersions"), c.AddonVersions),
		c.checkKubeProxy(path.Child("addonVersions").Key(KubeProxy)),
	)
}

// CheckVPC reports a range of Service addresses that overlaps that of the VPC,
// if both are valid. name is how the message calls the latter.
func (c Cluster) CheckVPC(path *field.Path, name, cidr string) field.ErrorList {
	service, wrongService := awsenv.ParseCIDR(nil, c.ServiceCIDR)
	vpc, wrongVPC := awsenv.ParseCIDR(nil, cidr)
	if len(wrongService) > 0 || len(wrongVPC) > 0 || !service.Overlaps(vpc) {
		return nil
	}
	return field.ErrorList{field.Invalid(path.Child("serviceCidr"), c.ServiceCIDR, fmt.Sprintf("must not overlap %s (%s)", name, cidr))}
}

// CheckZones reports zones of the control plane that are not among those of the
// network, and too few. name is how the message calls the latter.
func (c Cluster) CheckZones(path *field.Path, name string, zones []string) field.ErrorList {
	if len(c.Zones) == 0 || slices.Equal(c.Zones, zones) {
		return nil
	}
	path = path.Child("zones")
	list := validation.Unique(path, c.Zones)
	if len(c.Zones) < minZones {
		list = append(list, field.Invalid(path, c.Zones, fmt.Sprintf("must name at least %d zones, as EKS demands", minZones)))
	}
	for i, zone := range c.Zones {
		if !slices.Contains(zones, zone) {
			list = append(list, field.Invalid(path.Index(i), zone, fmt.Sprintf("must be among %s (%s)", name, strings.Join(zones, ", "))))
		}
	}
	return list
}

// CheckAddonVersions reports what is no EKS add-on, and no version of one.
func CheckAddonVersions(path *field.Path, versions map[string]string) field.ErrorList {
	var list field.ErrorList
	for addon, version := range versions {
		entry := path.Key(addon)
		switch {
		case !slices.Contains(Addons(), addon):
			list = append(list, field.NotSupported(entry, addon, Addons()))
		case !addonPattern.MatchString(version):
			list = append(list, field.Invalid(entry, version, "must be an EKS add-on version such as v1.20.4-eksbuild.2"))
		}
	}
	return list
}

func (c Cluster) checkVersion(path *field.Path) field.ErrorList {
	if minor, ok := awsenv.KubernetesMinor(c.Version); ok && minor >= MinimumMinor {
		return nil
	}
	return field.ErrorList{field.Invalid(path, c.Version,
		fmt.Sprintf("must be a Kubernetes minor version of at least 1.%d", MinimumMinor))}
}

func (c Cluster) checkPrincipals(path *field.Path, place awsenv.Place) field.ErrorList {
	admins := path.Child("adminPrincipalArns")
	var list field.ErrorList
	if have := len(c.AdminPrincipalARNs); have > 0 && have < MinimumAdmins {
		list = append(list, field.Required(admins, fmt.Sprintf(
			"at least %d IAM roles or users must administer the cluster, the one that deploys among them; have %d", MinimumAdmins, have)))
	}
	seen := map[string]bool{}
	check := func(path *field.Path, arns []string) {
		for i, arn := range arns {
			if wrong := place.CheckPrincipal(path.Index(i), arn, "role", "user"); len(wrong) > 0 {
				list = append(list, wrong...)
				continue
			}
			key := awsenv.PrincipalKey(arn)
			if seen[key] {
				list = append(list, field.Duplicate(path.Index(i), arn))
			}
			seen[key] = true
		}
	}
	check(admins, c.AdminPrincipalARNs)
	check(path.Child("viewerPrincipalArns"), c.ViewerPrincipalARNs)
	return list
}

func (c Cluster) checkPublicAccess(path *field.Path) field.ErrorList {
	list := validation.Unique(path, c.PublicAccessCIDRs)
	if have := len(c.PublicAccessCIDRs); have > publicRangesMax {
		list = append(list, field.TooMany(path, have, publicRangesMax))
	}
	for i, cidr := range c.PublicAccessCIDRs {
		prefix, wrong := awsenv.ParseCIDR(path.Index(i), cidr)
		if len(wrong) > 0 {
			list = append(list, wrong...)
			continue
		}
		if prefix.Bits() < publicBitsMin {
			list = append(list, field.Invalid(path.Index(i), cidr,
				fmt.Sprintf("must be /%d or narrower: the Kubernetes API must not be open to the internet", publicBitsMin)))
		}
		list = append(list, awsenv.CheckPublicCIDR(path.Index(i), prefix)...)
	}
	return list
}

func (c Cluster) checkService(path *field.Path) field.ErrorList {
	service, list := awsenv.ParseCIDR(path, c.ServiceCIDR)
	if len(list) > 0 {
		return list
	}
	if bits := service.Bits(); bits < serviceBitsMin || bits > serviceBitsMax {
		list = append(list, field.Invalid(path, c.ServiceCIDR, fmt.Sprintf("must be /%d to /%d", serviceBitsMin, serviceBitsMax)))
	}
	return append(list, awsenv.CheckPrivateCIDR(path, service)...)
}
