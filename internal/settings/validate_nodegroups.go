package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/instancetype"
)

const (
	// maxNodes is the default quota of nodes per managed node group.
	maxNodes = 450
	// minDiskGiB holds the image of the largest machine image and little more;
	// maxDiskGiB is the largest gp3 volume.
	minDiskGiB, maxDiskGiB = 20, 16384
	// minSpotTypes spreads spot capacity over pools that are not reclaimed together.
	minSpotTypes = 4
	// maxGroupName leaves room in the 63 characters of an EKS node group name
	// for project and environment.
	maxGroupName = 24
)

var groupNamePattern = regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)

// reservedDomains are those of label keys that Kubernetes, EKS and this
// platform set themselves.
var reservedDomains = []string{"kubernetes.io", "k8s.io", "eks.amazonaws.com", "mlops.io"}

func (p *Platform) validateNodeGroups(c *checker, at *field.Path) {
	system := false
	for name, group := range p.NodeGroups {
		entry := at.Key(name)
		if !groupNamePattern.MatchString(name) || len(name) > maxGroupName {
			c.add(field.Invalid(entry, name, fmt.Sprintf("must be at most %d of a-z, 0-9 and -, starting with a letter and not ending with -", maxGroupName)))
		}
		oneOf(c, entry.Child("role"), group.Role)
		if !slices.Contains(group.Role.Values(), string(group.Role)) {
			// Without a role there are no defaults, and every rule would be broken.
			system = true
			continue
		}
		system = system || group.Role == RoleSystem
		group.validateSize(c, entry)
		group.validateCapacity(c, entry)
		group.validateInstances(c, entry)
		group.validateLabels(c, entry.Child("labels"))
		group.validateSchedule(c, entry.Child("schedule"), p.Protect)
		if group.Zone != "" && len(p.Network.Zones) > 0 && !slices.Contains(p.Network.Zones, group.Zone) {
			c.add(field.NotSupported(entry.Child("zone"), group.Zone, p.Network.Zones))
		}
	}
	if !system {
		c.add(field.Required(at, "at least one group must have the role system: add-ons run there"))
	}
}

func (g NodeGroup) validateSize(c *checker, at *field.Path) {
	least := 0
	if g.Role == RoleSystem {
		least = 1
	}
	if g.MinSize < least {
		c.add(field.Invalid(at.Child("minSize"), g.MinSize, fmt.Sprintf("must be >= %d", least)))
	}
	c.between(at.Child("maxSize"), g.MaxSize, 1, maxNodes)
	if g.MaxSize >= 1 && g.MaxSize < g.MinSize {
		c.add(field.Invalid(at.Child("maxSize"), g.MaxSize, fmt.Sprintf("must be >= minSize (%d)", g.MinSize)))
	}
	if g.DesiredSize < g.MinSize {
		c.add(field.Invalid(at.Child("desiredSize"), g.DesiredSize, fmt.Sprintf("must be >= minSize (%d)", g.MinSize)))
	}
	// Left out, the desired size is the least one, which was judged above.
	if g.DesiredSize > g.MaxSize && g.DesiredSize != g.MinSize {
		c.add(field.Invalid(at.Child("desiredSize"), g.DesiredSize, fmt.Sprintf("must be <= maxSize (%d)", g.MaxSize)))
	}
	c.between(at.Child("diskSizeGiB"), g.DiskSizeGiB, minDiskGiB, maxDiskGiB)
}

func (g NodeGroup) validateCapacity(c *checker, at *field.Path) {
	always(c, at.Child("capacityType"), g.CapacityType)
	switch {
	case (g.Role == RoleSystem || g.Role == RoleCPU) && g.CapacityType == Spot:
		c.add(field.Invalid(at.Child("capacityType"), g.CapacityType,
			fmt.Sprintf("must be %s in a group of role %s: spot capacity is for training only", OnDemand, g.Role)))
	case g.Role == RoleSpot && g.CapacityType == OnDemand:
		c.add(field.Invalid(at.Child("capacityType"), g.CapacityType,
			fmt.Sprintf("must be %s in a group of role spot", Spot)))
	}
	spot := g.Role == RoleSpot || g.Role == RoleGPU
	if spot && g.CapacityType == Spot && len(g.InstanceTypes) < minSpotTypes {
		c.add(field.Invalid(at.Child("instanceTypes"), g.InstanceTypes,
			fmt.Sprintf("must be at least %d types for spot capacity", minSpotTypes)))
	}
}

func (g NodeGroup) validateInstances(c *checker, at *field.Path) {
	types := at.Child("instanceTypes")
	if len(g.InstanceTypes) == 0 {
		c.add(field.Required(types, "at least one EC2 instance type"))
	}
	c.unique(types, g.InstanceTypes)
	if strings.HasPrefix(string(g.AMIType), "AL2_") {
		c.add(field.Invalid(at.Child("amiType"), g.AMIType, "must be an AL2023 image: Amazon Linux 2 ended with Kubernetes 1.32"))
	} else {
		oneOf(c, at.Child("amiType"), g.AMIType)
	}
	var first instance
	for i, name := range g.InstanceTypes {
		kind, err := parseInstance(name)
		if err == nil {
			err = kind.fits(g.Role)
		}
		switch {
		case err != nil:
			c.add(field.Invalid(types.Index(i), name, err.Error()))
		case first.name == "":
			first = kind
		case kind.arm != first.arm:
			c.add(field.Invalid(types.Index(i), name, "must have the same architecture as "+first.name))
		}
	}
	if slices.Contains(g.AMIType.Values(), string(g.AMIType)) && first.name != "" && first.image() != g.AMIType {
		c.add(field.Invalid(at.Child("amiType"), g.AMIType, fmt.Sprintf("must be %s for %s", first.image(), first.name)))
	}
}

// instance is what the name of an EC2 instance type says about it.
type instance struct {
	name     string
	gpu, arm bool
}

// parseInstance reads an instance type such as g5.xlarge.
func parseInstance(name string) (instance, error) {
	kind, ok := instancetype.Parse(name)
	switch {
	case !ok:
		return instance{}, fmt.Errorf("must be an EC2 instance type such as m6i.large")
	case kind.AMD():
		return instance{}, fmt.Errorf("must have NVIDIA GPUs, not AMD ones")
	case kind.Unsupported():
		return instance{}, fmt.Errorf("must not be of series %s: there is no image for its hardware", kind.Series)
	}
	return instance{name: name, gpu: kind.NVIDIA(), arm: kind.ARM()}, nil
}

func (i instance) fits(role Role) error {
	switch {
	case role == RoleGPU && !i.gpu:
		return fmt.Errorf("must have NVIDIA GPUs, as series g and p have, in a group of role gpu")
	case role != RoleGPU && i.gpu:
		return fmt.Errorf("must not have GPUs in a group of role %s: pods that need none would use them up", role)
	default:
		return nil
	}
}

func (i instance) image() AMIType {
	switch {
	case i.gpu && i.arm:
		return AMIARMNVIDIA
	case i.gpu:
		return AMINVIDIA
	case i.arm:
		return AMIARM
	default:
		return AMIStandard
	}
}

func (g NodeGroup) validateLabels(c *checker, at *field.Path) {
	for key, value := range g.Labels {
		entry := at.Key(key)
		if broken := validation.IsQualifiedName(key); len(broken) > 0 {
			c.add(field.Invalid(entry, key, "must be a Kubernetes label key such as example.com/team"))
		}
		if broken := validation.IsValidLabelValue(value); len(broken) > 0 {
			c.add(field.Invalid(entry, value, "must be a Kubernetes label value: at most 63 letters, digits and -_. with a letter or digit at both ends"))
		}
		c.add(awsenv.CheckNodeLabel(entry, key, value)...)
		domain, _, prefixed := strings.Cut(key, "/")
		reserved := func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) }
		if prefixed && slices.ContainsFunc(reservedDomains, reserved) || key == scheduling.AcceleratorLabel {
			c.add(field.Forbidden(entry, "is set by Kubernetes, EKS or the role of the group"))
		}
	}
}
