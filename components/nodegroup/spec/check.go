package spec

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

const (
	// MaximumNodes is EKS's default quota of nodes per managed node group.
	MaximumNodes = 450
	// MinimumDiskSizeGiB is the size that Amazon Linux 2023's EKS image itself asks for.
	MinimumDiskSizeGiB = 20
	// MaximumDiskSizeGiB is the largest gp3 volume.
	MaximumDiskSizeGiB = 16384
	// MinimumSpotTypes is 4: with fewer, one reclaimed pool can empty the group.
	MinimumSpotTypes = 4
	// maxGroupName leaves room in the 63 characters of an EKS node group name
	// for project and environment.
	maxGroupName = 24
)

var groupNamePattern = regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)

// reservedDomains are those of label keys that Kubernetes, EKS and this
// platform set themselves.
var reservedDomains = []string{"kubernetes.io", "k8s.io", "eks.amazonaws.com", "mlops.io"}

// reservedLabels follow from the role and the instance types of the group.
var reservedLabels = []string{scheduling.AcceleratorLabel, scheduling.AWSAcceleratorLabel}

// CheckAll reports every broken rule of the node groups of a cluster in the
// named zones.
func CheckAll(path *field.Path, groups map[string]NodeGroup, zones []string) field.ErrorList {
	var list field.ErrorList
	system := false
	for name, group := range groups {
		entry := path.Key(name)
		if !groupNamePattern.MatchString(name) || len(name) > maxGroupName {
			list = append(list, field.Invalid(entry, name,
				fmt.Sprintf("must be at most %d of a-z, 0-9 and -, starting with a letter and not ending with -", maxGroupName)))
		}
		// A group without a role may be meant to be the one.
		system = system || group.Role == scheduling.RoleSystem || !validation.IsSupported(group.Role)
		list = append(list, group.Check(entry, zones)...)
	}
	if !system {
		list = append(list, field.Required(path, "at least one group must have the role system: add-ons run there"))
	}
	return list
}

// Check reports every broken rule of a node group with all its defaults. Its
// zone must be among the zones, where they are known.
func (g NodeGroup) Check(path *field.Path, zones []string) field.ErrorList {
	list := validation.Required(path, g, "")
	if !validation.IsSupported(g.Role) {
		// Without a role there are no defaults, and every rule would be broken.
		return append(list, validation.OneOf(path.Child("role"), g.Role)...)
	}
	if g.Zone != "" && len(zones) > 0 && !slices.Contains(zones, g.Zone) {
		list = append(list, field.NotSupported(path.Child("zone"), g.Zone, zones))
	}
	return slices.Concat(list, g.checkSizes(path), g.checkCapacity(path), g.checkInstances(path),
		g.checkLabels(path.Child("labels")), g.checkSchedule(path.Child("schedule")))
}

func (g NodeGroup) checkSizes(path *field.Path) field.ErrorList {
	list := validation.Between(path.Child("maxSize"), g.MaxSize, 1, MaximumNodes)
	list = append(list, validation.Between(path.Child("diskSizeGiB"), g.DiskSizeGiB, MinimumDiskSizeGiB, MaximumDiskSizeGiB)...)
	least := 0
	if g.Role == scheduling.RoleSystem {
		// Without DNS nothing else starts, the autoscaler that would add a node included.
		least = 1
	}
	if g.MinSize < least {
		list = append(list, field.Invalid(path.Child("minSize"), g.MinSize, fmt.Sprintf("must be >= %d in a group of role %s", least, g.Role)))
	}
	if g.MaxSize >= 1 && g.MaxSize < g.MinSize {
		list = append(list, field.Invalid(path.Child("maxSize"), g.MaxSize, fmt.Sprintf("must be >= minSize (%d)", g.MinSize)))
	}
	desired := path.Child("desiredSize")
	if g.DesiredSize < g.MinSize {
		list = append(list, field.Invalid(desired, g.DesiredSize, fmt.Sprintf("must be >= minSize (%d)", g.MinSize)))
	}
	// Left out, the desired size is the least one, which was checked above.
	if g.DesiredSize > g.MaxSize && g.DesiredSize != g.MinSize {
		list = append(list, field.Invalid(desired, g.DesiredSize, fmt.Sprintf("must be <= maxSize (%d)", g.MaxSize)))
	}
	return list
}

func (g NodeGroup) checkCapacity(path *field.Path) field.ErrorList {
	at := path.Child("capacityType")
	list := validation.Supported(at, g.CapacityType)
	training := g.Trains()
	switch {
	case !training && g.CapacityType == Spot:
		list = append(list, field.Invalid(at, g.CapacityType,
			fmt.Sprintf("must be %s in a group of role %s: spot capacity is for training only", OnDemand, g.Role)))
	case g.Role == scheduling.RoleSpot && g.CapacityType == OnDemand:
		list = append(list, field.Invalid(at, g.CapacityType, fmt.Sprintf("must be %s in a group of role spot", Spot)))
	}
	if training && g.CapacityType == Spot && len(g.InstanceTypes) < MinimumSpotTypes {
		list = append(list, field.Invalid(path.Child("instanceTypes"), g.InstanceTypes,
			fmt.Sprintf("must be at least %d types for spot capacity", MinimumSpotTypes)))
	}
	return list
}

func (g NodeGroup) checkLabels(path *field.Path) field.ErrorList {
	var list field.ErrorList
	for key, value := range g.Labels {
		entry := path.Key(key)
		if len(kubevalidation.IsQualifiedName(key)) > 0 {
			list = append(list, field.Invalid(entry, key, "must be a Kubernetes label key such as example.com/team"))
		}
		if len(kubevalidation.IsValidLabelValue(value)) > 0 {
			list = append(list, field.Invalid(entry, value, "must be a Kubernetes label value: at most 63 letters, digits and -_. with a letter or digit at both ends"))
		}
		list = append(list, awsenv.CheckNodeLabel(entry, key, value)...)
		domain, _, prefixed := strings.Cut(key, "/")
		reserved := func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) }
		if prefixed && slices.ContainsFunc(reservedDomains, reserved) || slices.Contains(reservedLabels, key) {
			list = append(list, field.Forbidden(entry, "is set by Kubernetes, EKS or the role of the group"))
		}
	}
	return list
}

// checkSchedule keeps off-hours away from the nodes that must always run.
func (g NodeGroup) checkSchedule(path *field.Path) field.ErrorList {
	s := g.Schedule
	if s == nil {
		return nil
	}
	list := awsenv.OffHours{ScaleDown: s.ScaleDown, ScaleUp: s.ScaleUp, TimeZone: s.TimeZone}.Check(path)
	if s.Enabled && g.Role == scheduling.RoleSystem {
		list = append(list, field.Forbidden(path, "a group of role system must stay up: DNS and the cluster's own controllers run there"))
	}
	if least := cmp.Or(g.MinSize, g.MaxSize); s.Size < 0 || s.Size >= least {
		list = append(list, field.Invalid(path.Child("size"), s.Size, fmt.Sprintf("must be >= 0 and less than %d, or nothing is saved", least)))
	}
	return list
}
