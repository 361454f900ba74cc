package clusterautoscaler

import (
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
	// example "v1.35.0" to match the cluster's minor version; default the chart's.
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
	return validation.ToError("", list)
}
