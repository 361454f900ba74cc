package deployed

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/tests/harness"
	validcluster "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
	validmetadatastore "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
	validregistry "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

// answers are what mocks answer of resources.
var answers = harness.Answers(
	validnodegroup.AutoScalingGroups(), validmetadatastore.Database(), validregistry.Repositories(),
)

// added is what a cloud adds to the inputs of a resource.
func added(token, name string, inputs resource.PropertyMap) resource.PropertyMap {
	if token == cluster.ControlPlaneType {
		return controlPlane(inputs)
	}
	return answers(token, name, inputs)
}

// controlPlane is what EKS adds: a group beside the subnets it was given.
func controlPlane(inputs resource.PropertyMap) resource.PropertyMap {
	network := resource.PropertyMap{}
	if given := inputs["vpcConfig"]; given.IsObject() {
		network = given.ObjectValue().Copy()
	}
	network["clusterSecurityGroupId"] = resource.NewProperty(validcluster.ClusterSecurityGroupID)
	outputs := answers(cluster.ControlPlaneType, inputs["name"].StringValue(), inputs)
	maps.Copy(outputs, resource.PropertyMap{
		"endpoint":             resource.NewProperty(validcluster.ClusterEndpoint),
		"certificateAuthority": harness.Object("data", validcluster.ClusterCertificateAuthority),
		"vpcConfig":            resource.NewProperty(network),
		"identities": harness.List(resource.NewProperty(resource.PropertyMap{
			"oidcs": harness.List(harness.Object("issuer", validcluster.ClusterOIDCIssuer)),
		})),
	})
	return outputs
}
