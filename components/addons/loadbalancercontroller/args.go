package loadbalancercontroller

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Args configures the controller.
type Args struct {
	// ClusterName is the name of the EKS cluster; required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// VPCID is the VPC of the cluster; required.
	VPCID pulumi.StringInput `pulumi:"vpcId"`
	// Region is the AWS region of the cluster; required.
	Region string `pulumi:"region"`
	// Tags go on everything the controller makes in AWS; default none.
	Tags map[string]string `pulumi:"tags"`
	// ServiceAccountAnnotations go on the service account; default none, which
	// is right for Pod Identity. With IRSA pass the identity's annotations.
	ServiceAccountAnnotations pulumi.StringMapInput `pulumi:"serviceAccountAnnotations"`
	// Namespace to install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// Replicas is the number of pods; default DefaultReplicas.
	Replicas int `pulumi:"replicas"`
	// NodeSelector chooses nodes by label; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// ServiceMonitor makes Prometheus scrape the controller. It needs the
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
	if a.VPCID == nil {
		list = append(list, field.Required(field.NewPath("vpcId"), "the VPC of the cluster"))
	}
	list = append(list, known.ID(field.NewPath("vpcId"), "vpc-", a.VPCID)...)
	list = append(list, awsenv.CheckRegion(field.NewPath("region"), a.Region)...)
	if a.Replicas < 1 {
		list = append(list, field.Invalid(field.NewPath("replicas"), a.Replicas, "must be >= 1"))
	}
	return validation.ToError("", list)
}
