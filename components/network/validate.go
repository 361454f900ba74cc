package network

import (
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

var clusterRule = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)

// maxNameLength is what IAM's 64 characters leave for the component's name in
// "<name>-flow-logs-<7 random characters>".
const maxNameLength = 64 - len("-flow-logs") - 8

func (a *Args) validate(name string) error {
	list := a.place().Check()
	if len(name) > maxNameLength {
		list = append(list, field.TooLong(field.NewPath("name"), name, maxNameLength))
	}
	if seconds := a.FlowLogsAggregationSeconds; seconds != 60 && seconds != 600 {
		list = append(list, field.Invalid(field.NewPath("flowLogsAggregationSeconds"), seconds, "must be 60 or 600"))
	}
	return validation.ToError("", slices.Concat(list, a.Network.Check(nil, a.Region), a.validateCluster(),
		tags.Check(field.NewPath("tags"), a.Tags)))
}

func (a *Args) validateCluster() field.ErrorList {
	if a.ClusterName == "" {
		return nil
	}
	return append(a.CheckNodes(nil, a.Region), validation.Match(field.NewPath("clusterName"), a.ClusterName, clusterRule,
		"must be 1 to 100 letters, digits, - and _, beginning with a letter or digit")...)
}
