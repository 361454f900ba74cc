package clusterautoscaler

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Args configures the autoscaler.
type Args struct {
	// ClusterName is the name of the EKS cluster; required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// Region is the AWS region of the cluster; required.
	Region string `pulumi:"region"`
	// ServiceAccountAnnotations go on the service account; default none, which
	// is right for Pod Identity. With IRSA pass the identity's annotations.
	ServiceAccountAnnotations pulumi.StringMapInput `pulumi:"serviceAccountAnnotations"`
	// Namespace to install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// ImageTag replaces the autoscaler version that the chart ships, for
	// example "v1.34.1" to match the cluster's minor version; default the chart's.
	// It must not be of a newer minor version than the chart's, 1.35.
	ImageTag string `pulumi:"imageTag"`
	// Replicas is the number of pods; default DefaultReplicas.
	Replicas int `pulumi:"replicas"`
	// NodeSelector chooses nodes by label; default any node. Use the labels of
	// a group that never scales to zero, or the autoscaler may remove itself.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// ServiceMonitor makes Prometheus scrape the autoscaler. It needs the
	// monitoring component's CRDs; default false.
	ServiceMonitor bool `pulumi:"serviceMonitor"`
	// DependsOn must exist before the pods start, above all the identity.
	DependsOn []pulumi.Resource
}

func (a *Args) validate() error {
	var list field.ErrorList
	if a.ClusterName == nil {
		list = append(list, field.Required(field.NewPath("clusterName"), "the name of the EKS cluster"))
	}
	list = append(list, awsenv.CheckRegion(field.NewPath("region"), a.Region)...)
	if a.Replicas < 1 {
		list = append(list, field.Invalid(field.NewPath("replicas"), a.Replicas, "must be >= 1"))
	}
	return validation.ToError("", append(list, a.validateImageTag(field.NewPath("imageTag"))...))
}

var tagPattern = regexp.MustCompile(`^v1\.([0-9]{2})\.[0-9]+$`)

func (a *Args) validateImageTag(path *field.Path) field.ErrorList {
	if a.ImageTag == "" {
		return nil
	}
	minor := 0
	if parts := tagPattern.FindStringSubmatch(a.ImageTag); parts != nil {
		minor, _ = strconv.Atoi(parts[1]) // the pattern admits digits only
	}
	if minor >= oldestMinor && minor <= newestMinor {
		return nil
	}
	return field.ErrorList{field.Invalid(path, a.ImageTag, fmt.Sprintf(
		"must be v1.%d.x to v1.%d.x: chart %s %s gives no newer autoscaler the rights it needs, and no cluster is older",
		oldestMinor, newestMinor, Record.Chart, Record.Version))}
}
