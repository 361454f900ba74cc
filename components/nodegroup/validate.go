package nodegroup

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
	"github.com/mlops-iac/mlops/internal/instancetype"
	"github.com/mlops-iac/mlops/internal/tags"
)

// lastAL2Minor is 1.32, the last Kubernetes minor version with Amazon Linux 2 images.
const lastAL2Minor = 32

// minimumMinor is 1.31: nodes may be three minor versions older than their
// cluster, and the oldest cluster here is 1.34.
const minimumMinor = 31

var (
	releasePattern = regexp.MustCompile(`^(1\.[0-9]+)\.[0-9]+-20[0-9]{6}$`)
	effects        = []string{scheduling.NoSchedule, scheduling.PreferNoSchedule, scheduling.NoExecute}
)

// maxNameLength is what IAM's 64 characters leave for the component's name in
// "<name>-role-<7 random characters>".
const maxNameLength = 64 - len("-role") - 8

func (a *Args) validate(name string) error {
	list := a.validatePlace()
	if len(name) > maxNameLength {
		list = append(list, field.TooLong(field.NewPath("name"), name, maxNameLength))
	}
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, a.validateVolume()...)
	list = append(list, a.validateImage()...)
	list = append(list, a.validateInstances()...)
	list = append(list, a.validateCapacity()...)
	list = append(list, a.validateScaling()...)
	list = append(list, a.validateSchedule()...)
	list = append(list, a.validateLabels()...)
	list = append(list, a.validateTaints()...)
	return faults.ToError("", list)
}

func (a *Args) validatePlace() field.ErrorList {
	var list field.ErrorList
	if !slices.Contains(scheduling.Roles(), a.Role) {
		list = append(list, field.NotSupported(field.NewPath("role"), a.Role, scheduling.Roles()))
	}
	if a.ClusterName == nil {
		list = append(list, field.Required(field.NewPath("clusterName"), "the EKS cluster the nodes join"))
	}
	list = append(list, awsenv.CheckPartition(field.NewPath("partition"), a.Partition, "")...)
	list = append(list, known.IDs(field.NewPath("subnetIds"), "subnet-", a.SubnetIDs)...)
	list = append(list, known.ID(field.NewPath("subnetId"), "subnet-", a.SubnetID)...)
	switch {
	case a.SubnetIDs != nil && a.SubnetID != nil:
		list = append(list, field.Forbidden(field.NewPath("subnetIds"), "give subnetIds or subnetId, not both"))
	case a.Role == scheduling.RoleGPU && a.SubnetID == nil:
		list = append(list, field.Required(field.NewPath("subnetId"), "a GPU group lives in exactly one subnet"))
	case a.SubnetIDs == nil && a.SubnetID == nil:
		list = append(list, field.Required(field.NewPath("subnetIds"), "the private subnets of the nodes"))
	}
	return list
}

func (a *Args) validateVolume() field.ErrorList {
	if a.VolumeGiB >= MinimumVolumeGiB && a.VolumeGiB <= MaximumVolumeGiB {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("volumeGiB"), a.VolumeGiB,
		fmt.Sprintf("must be between %d and %d", MinimumVolumeGiB, MaximumVolumeGiB))}
}

func (a *Args) validateImage() field.ErrorList {
	path, list := field.NewPath("amiType"), field.ErrorList{}
	minor, ok := awsenv.KubernetesMinor(a.KubernetesVersion)
	if !ok || minor < minimumMinor {
		list = append(list, field.Invalid(field.NewPath("kubernetesVersion"), a.KubernetesVersion,
			fmt.Sprintf("must be a Kubernetes minor version such as 1.35, at least 1.%d", minimumMinor)))
	}
	switch {
	case slices.Contains(AMITypes(), a.AMIType):
	case strings.HasPrefix(string(a.AMIType), "AL2_") && ok && minor > lastAL2Minor:
		list = append(list, field.Invalid(path, a.AMIType, fmt.Sprintf(
			"must be an AL2023 image: Amazon Linux 2 ended with Kubernetes 1.%d, this group runs %s", lastAL2Minor, a.KubernetesVersion)))
	default:
		list = append(list, field.NotSupported(path, a.AMIType, AMITypes()))
	}
	release := releasePattern.FindStringSubmatch(a.ReleaseVersion)
	if a.ReleaseVersion != "" && (release == nil || ok && release[1] != a.KubernetesVersion) {
		list = append(list, field.Invalid(field.NewPath("releaseVersion"), a.ReleaseVersion, fmt.Sprintf(
			"must be a release of images for Kubernetes %[1]s such as %[1]s.0-20260105", a.KubernetesVersion)))
	}
	return list
}

func (a *Args) validateInstances() field.ErrorList {
	var list field.ErrorList
	path := field.NewPath("instanceTypes")
	first, _ := instancetype.Parse(a.InstanceTypes[0])
	for i, name := range a.InstanceTypes {
		if slices.Contains(a.InstanceTypes[:i], name) {
			list = append(list, field.Duplicate(path.Index(i), name))
			continue
		}
		parsed, ok := instancetype.Parse(name)
		if rule := a.instanceFault(parsed, ok, first); rule != "" {
			list = append(list, field.Invalid(path.Index(i), name, rule))
		}
	}
	return list
}

// instanceFault returns the first rule the instance breaks: the later ones
// would only repeat it.
func (a *Args) instanceFault(i instancetype.Type, parsed bool, first instancetype.Type) string {
	switch {
	case !parsed:
		return "must be an EC2 instance type such as m6i.large"
	case i.Unsupported():
		return "must have no accelerator or NVIDIA GPUs: no image here has the driver of this one"
	case a.Role == scheduling.RoleGPU && !i.NVIDIA():
		return "must be of a family with NVIDIA GPUs (g*, gr*, p*) in a group of role gpu"
	case a.Role != scheduling.RoleGPU && i.NVIDIA():
		return fmt.Sprintf("must not be of a family with GPUs in a group of role %s: only role gpu keeps other pods off", a.Role)
	case slices.Contains(AMITypes(), a.AMIType) && imageOf(i) != a.AMIType:
		return fmt.Sprintf("needs AMI type %s, the group has %s", imageOf(i), a.AMIType)
	case i.GPUs() != first.GPUs():
		return fmt.Sprintf("must have as many GPUs as %s (%d), has %d", a.InstanceTypes[0], first.GPUs(), i.GPUs())
	default:
		return ""
	}
}

func (a *Args) validateCapacity() field.ErrorList {
	var list field.ErrorList
	path := field.NewPath("capacity")
	switch {
	case a.Capacity != CapacityOnDemand && a.Capacity != CapacitySpot:
		list = append(list, field.NotSupported(path, a.Capacity, []Capacity{CapacityOnDemand, CapacitySpot}))
	case a.Role == scheduling.RoleSpot && a.Capacity != CapacitySpot:
		list = append(list, field.Invalid(path, a.Capacity, "must be SPOT in a group of role spot"))
	case (a.Role == scheduling.RoleSystem || a.Role == scheduling.RoleCPU) && a.Capacity != CapacityOnDemand:
		list = append(list, field.Invalid(path, a.Capacity,
			fmt.Sprintf("must be ON_DEMAND in a group of role %s: spot capacity is for training only", a.Role)))
	}
	if a.Capacity == CapacitySpot && len(a.InstanceTypes) < MinimumSpotTypes {
		list = append(list, field.Invalid(field.NewPath("instanceTypes"), a.InstanceTypes,
			fmt.Sprintf("must have at least %d types with spot capacity", MinimumSpotTypes)))
	}
	return list
}

func (a *Args) validateScaling() field.ErrorList {
	var list field.ErrorList
	path, s := field.NewPath("scaling"), *a.Scaling
	if lowest := a.lowestMin(); s.Min < lowest {
		list = append(list, field.Invalid(path.Child("min"), s.Min,
			fmt.Sprintf("must be at least %d in a group of role %s", lowest, a.Role)))
	}
	if s.Max < 1 || s.Max > MaximumNodes {
		list = append(list, field.Invalid(path.Child("max"), s.Max, fmt.Sprintf("must be between 1 and %d", MaximumNodes)))
	} else if s.Max < s.Min {
		list = append(list, field.Invalid(path.Child("max"), s.Max, fmt.Sprintf("must be >= min (%d)", s.Min)))
	}
	if s.Desired < s.Min || s.Desired > s.Max {
		list = append(list, field.Invalid(path.Child("desired"), s.Desired,
			fmt.Sprintf("must be between min (%d) and max (%d)", s.Min, s.Max)))
	}
	return list
}

// lowestMin keeps at least one system node: without DNS nothing else starts,
// the autoscaler that would add a node included.
func (a *Args) lowestMin() int {
	if a.Role == scheduling.RoleSystem {
		return 1
	}
	return 0
}

func (a *Args) validateLabels() field.ErrorList {
	var list field.ErrorList
	own := scheduling.Labels(a.Role)
	for key, value := range a.Labels {
		path := field.NewPath("labels").Key(key)
		for _, fault := range validation.IsQualifiedName(key) {
			list = append(list, field.Invalid(path, key, fault))
		}
		for _, fault := range validation.IsValidLabelValue(value) {
			list = append(list, field.Invalid(path, value, fault))
		}
		list = append(list, awsenv.CheckNodeLabel(path, key, value)...)
		if decided, taken := own[key]; taken && decided != value {
			list = append(list, field.Forbidden(path, fmt.Sprintf("role %s sets it to %q", a.Role, decided)))
		}
		if reserved(key) {
			list = append(list, field.Forbidden(path, "kubelet may not set labels of Kubernetes or EKS"))
		}
	}
	return list
}

// reserved says whether the prefix of key belongs to Kubernetes or EKS.
func reserved(key string) bool {
	prefix, _, _ := strings.Cut(key, "/")
	return slices.ContainsFunc([]string{"kubernetes.io", "k8s.io", "eks.amazonaws.com"}, func(domain string) bool {
		return prefix == domain || strings.HasSuffix(prefix, "."+domain)
	})
}

func (a *Args) validateTaints() field.ErrorList {
	var list field.ErrorList
	for i, taint := range a.Taints {
		path := field.NewPath("taints").Index(i)
		for _, fault := range validation.IsQualifiedName(taint.Key) {
			list = append(list, field.Invalid(path.Child("key"), taint.Key, fault))
		}
		list = append(list, awsenv.CheckNodeTaintKey(path.Child("key"), taint.Key)...)
		for _, fault := range validation.IsValidLabelValue(taint.Value) {
			list = append(list, field.Invalid(path.Child("value"), taint.Value, fault))
		}
		if !slices.Contains(effects, taint.Effect) {
			list = append(list, field.NotSupported(path.Child("effect"), taint.Effect, effects))
		}
		earlier := append(scheduling.Taints(a.Role), a.Taints[:i]...)
		if slices.ContainsFunc(earlier, func(t scheduling.Taint) bool { return t.Key == taint.Key }) {
			list = append(list, field.Duplicate(path.Child("key"), taint.Key))
		}
	}
	if a.Role == scheduling.RoleSystem && len(a.Taints) > 0 {
		list = append(list, field.Forbidden(field.NewPath("taints"), "system nodes stay untainted: cluster add-ons tolerate nothing"))
	}
	return list
}
