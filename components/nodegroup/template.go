package nodegroup

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/internal/shared/tags"
)

// rootDevice is the root volume's device on Amazon Linux 2023.
const rootDevice = "/dev/xvda"

// newTemplate names no image, no role and no security group: EKS fills them in,
// which keeps upgrades managed and gives nodes the cluster's own group.
func (n *NodeGroup) newTemplate(ctx *pulumi.Context, name string, in *Args) (*ec2.LaunchTemplate, error) {
	// A changed tag here is a new version of the template, and that replaces every
	// node: tags that may change reach instances from the Auto Scaling group.
	launched := tagmap.Named(tags.Lasting(in.Tags), name)
	return ec2.NewLaunchTemplate(ctx, name+"-template", &ec2.LaunchTemplateArgs{
		Description:          pulumi.String("Nodes of EKS node group " + name),
		UpdateDefaultVersion: pulumi.Bool(true),
		MetadataOptions: &ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint:            pulumi.String("enabled"),
			HttpTokens:              pulumi.String("required"),
			HttpPutResponseHopLimit: pulumi.Int(HopLimit),
		},
		Monitoring: &ec2.LaunchTemplateMonitoringArgs{Enabled: pulumi.Bool(true)},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{&ec2.LaunchTemplateBlockDeviceMappingArgs{
			DeviceName: pulumi.String(rootDevice),
			Ebs: &ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
				VolumeType:          pulumi.String("gp3"),
				VolumeSize:          pulumi.Int(in.DiskSizeGiB),
				Encrypted:           pulumi.String("true"),
				DeleteOnTermination: pulumi.String("true"),
			},
		}},
		TagSpecifications: ec2.LaunchTemplateTagSpecificationArray{
			&ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String("instance"), Tags: launched},
			&ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String("volume"), Tags: launched},
		},
		Tags: tagmap.Named(in.Tags, name),
	}, pulumi.Parent(n))
}
