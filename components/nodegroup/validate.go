package nodegroup

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// minimumMinor is 1.31: nodes may be three minor versions older than their
// cluster, and the oldest cluster here is 1.34.
const minimumMinor = 31

// maxNameLength is what IAM's 64 characters leave for the component's name in
// "<name>-role-<7 random characters>".
const maxNameLength = 64 - len("-role") - 8

var (
	releasePattern = regexp.MustCompile(`^(1\.[0-9]+)\.[0-9]+-20[0-9]{6}$`)
	effects        = []string{scheduling.NoSchedule, scheduling.PreferNoSchedule, scheduling.NoExecute}
)

func (a *Args) validate(name string) error {
	var long field.ErrorList
	if len(name) > maxNameLength {
		long = append(long, field.TooLong(field.NewPath("name"), name, maxNameLength))
	}
	return validation.ToError("", slices.Concat(long, a.NodeGroup.Check(nil, a.Zones), a.validatePlace(),
		a.validateVersion(), a.validateTaints(), tags.Check(field.NewPath("tags"), a.Tags)))
}

func (a *Args) validatePlace() field.ErrorList {
	subnets := field.NewPath("subnetIds")
	list := awsenv.CheckPartition(field.NewPath("partition"), a.Partition, "")
	list = append(list, known.IDs(subnets, "subnet-", a.SubnetIDs)...)
	if a.ClusterName == nil {
		list = append(list, field.Required(field.NewPath("clusterName"), "the EKS cluster the nodes join"))
	}
	if a.SubnetIDs == nil {
		list = append(list, field.Required(subnets, "the private subnets of the nodes"))
	}
	if len(a.Zones) == 0 && (a.Zone != "" || a.Trains()) {
		list = append(list, field.Required(field.NewPath("zones"), "the zones of subnetIds: the group lives in exactly one"))
	}
	if plain, ok := a.SubnetIDs.(pulumi.StringArray); ok && len(a.Zones) > 0 && len(plain) != len(a.Zones) {
		list = append(list, field.Invalid(subnets, len(plain), fmt.Sprintf("must be one per zone (%d)", len(a.Zones))))
	}
	return list
}

func (a *Args) validateVersion() field.ErrorList {
	var list field.ErrorList
	minor, ok := awsenv.KubernetesMinor(a.KubernetesVersion)
	if !ok || minor < minimumMinor {
		list = append(list, field.Invalid(field.NewPath("kubernetesVersion"), a.KubernetesVersion,
			fmt.Sprintf("must be a Kubernetes minor version such as 1.35, at least 1.%d", minimumMinor)))
	}
	release := releasePattern.FindStringSubmatch(a.ReleaseVersion)
	if a.ReleaseVersion != "" && (release == nil || ok && release[1] != a.KubernetesVersion) {
		list = append(list, field.Invalid(field.NewPath("releaseVersion"), a.ReleaseVersion, fmt.Sprintf(
			"must be a release of images for Kubernetes %[1]s such as %[1]s.0-20260105", a.KubernetesVersion)))
	}
	return list
}

func (a *Args) validateTaints() field.ErrorList {
	var list field.ErrorList
	for i, taint := range a.Taints {
		path := field.NewPath("taints").Index(i)
		for _, rule := range kubevalidation.IsQualifiedName(taint.Key) {
			list = append(list, field.Invalid(path.Child("key"), taint.Key, rule))
		}
		list = append(list, awsenv.CheckNodeKey(path.Child("key"), taint.Key)...)
		for _, rule := range kubevalidation.IsValidLabelValue(taint.Value) {
			list = append(list, field.Invalid(path.Child("value"), taint.Value, rule))
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
