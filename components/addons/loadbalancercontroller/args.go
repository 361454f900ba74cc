package loadbalancercontroller

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
)

// Args configures the controller.
type Args struct {
	// ClusterName is the name of the EKS cluster; required.
	ClusterName pulumi.StringInput
	// VPCID is the VPC of the cluster; required.
	VPCID pulumi.StringInput
	// Region is the AWS region of the cluster; required.
	Region string
	// Tags go on everything the controller makes in AWS; default none.
	Tags map[string]string
	// ServiceAccountAnnotations go on the service account; default none, which
	// is right for Pod Identity. With IRSA pass the identity's annotations.
	ServiceAccountAnnotations pulumi.StringMapInput
	// Namespace to install into; default DefaultNamespace.
	Namespace string
	// Replicas is the number of pods; default DefaultReplicas.
	Replicas int
	// NodeSelector chooses nodes by label; default any node.
	NodeSelector map[string]string
	// ServiceMonitor makes Prometheus scrape the controller. It needs the
	// monitoring component's CRDs; default false.
	ServiceMonitor bool
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
	return faults.ToError("", list)
}
