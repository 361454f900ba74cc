package spec

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

func (g NodeGroup) checkInstances(path *field.Path) field.ErrorList {
	types := path.Child("instanceTypes")
	list := validation.Unique(types, g.InstanceTypes)
	if len(g.InstanceTypes) == 0 {
		list = append(list, field.Required(types, "at least one EC2 instance type"))
	}
	// The later types are compared with the first that is right.
	var first awsenv.InstanceType
	firstName := ""
	for i, name := range g.InstanceTypes {
		parsed, ok := awsenv.ParseInstanceType(name)
		rule := brokenRule(parsed, ok, g.Role)
		if rule == "" && firstName != "" {
			rule = brokenLikeness(parsed, first, firstName)
		}
		if rule != "" {
			list = append(list, field.Invalid(types.Index(i), name, rule))
		} else if firstName == "" {
			first, firstName = parsed, name
		}
	}
	return append(list, g.checkImage(path.Child("amiType"), first, firstName)...)
}

// brokenRule returns the first rule an instance type breaks by itself: the later
// ones would only repeat it.
func brokenRule(t awsenv.InstanceType, parsed bool, role scheduling.Role) string {
	switch {
	case !parsed:
		return "must be an EC2 instance type such as m6i.large"
	case t.AMD():
		return "must have NVIDIA GPUs, not AMD ones: no image has their driver"
	case t.Unsupported():
		return fmt.Sprintf("must not be of series %s: there is no image for its hardware", t.Series)
	case role == scheduling.RoleGPU && !t.NVIDIA():
		return "must have NVIDIA GPUs, as series g, gr and p have, in a group of role gpu"
	case role != scheduling.RoleGPU && t.NVIDIA():
		return fmt.Sprintf("must not have GPUs in a group of role %s: pods that need none would use them up", role)
	default:
		return ""
	}
}

// brokenLikeness says in what an instance type differs that must be the same in
// a group: the image is for one architecture, and the autoscaler plans with the
// GPUs of the first type, by whose name the nodes are labelled.
func brokenLikeness(t, first awsenv.InstanceType, name string) string {
	switch {
	case t.ARM() != first.ARM():
		return "must have the same architecture as " + name
	case t.GPUs() != first.GPUs():
		return fmt.Sprintf("must have as many GPUs as %s (%d), has %d", name, first.GPUs(), t.GPUs())
	case t.Accelerator() != first.Accelerator():
		return fmt.Sprintf("must have the same GPU as %s (%s), has %s", name, first.Accelerator(), t.Accelerator())
	default:
		return ""
	}
}

func (g NodeGroup) checkImage(path *field.Path, first awsenv.InstanceType, firstName string) field.ErrorList {
	switch {
	case strings.HasPrefix(string(g.AMIType), "AL2_"):
		return field.ErrorList{field.Invalid(path, g.AMIType, "must be an AL2023 image: Amazon Linux 2 ended with Kubernetes 1.32")}
	case !validation.IsSupported(g.AMIType):
		return validation.OneOf(path, g.AMIType)
	case firstName != "" && imageOf(first) != g.AMIType:
		return field.ErrorList{field.Invalid(path, g.AMIType, fmt.Sprintf("must be %s for %s", imageOf(first), firstName))}
	default:
		return nil
	}
}

// imageOf returns the image an instance needs.
func imageOf(t awsenv.InstanceType) AMIType {
	switch {
	case t.NVIDIA() && t.ARM():
		return AMIARMNVIDIA
	case t.NVIDIA():
		return AMIX86NVIDIA
	case t.ARM():
		return AMIARM
	default:
		return AMIX86
	}
}
