package metadatastore

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// logExports are the logs RDS offers for PostgreSQL.
func logExports() []string { return []string{"postgresql", "upgrade"} }

// logPrefix is what RDS begins the names of the log groups with.
func (b *builder) logPrefix() string { return "/aws/rds/instance/" + b.in.Identifier + "/" }

func (b *builder) createLogGroups() ([]pulumi.Resource, error) {
	var groups []pulumi.Resource
	for _, export := range logExports() {
		group, err := cloudwatch.NewLogGroup(b.ctx, b.name+"-logs-"+export, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(b.logPrefix() + export),
			RetentionInDays: pulumi.Int(b.in.LogRetentionDays),
			KmsKeyId:        b.store.Key.Arn,
			Tags:            tagmap.Plain(b.in.Tags),
		}, options.Stateful(b.store, b.keep())...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", export, err)
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// createSecurityGroup makes a group without inline rules, which would fight
// with the rule resources, and without egress: a database opens no connections.
func (b *builder) createSecurityGroup() (*ec2.SecurityGroup, error) {
	group, err := ec2.NewSecurityGroup(b.ctx, b.name+"-sg", &ec2.SecurityGroupArgs{
		Description: pulumi.Sprintf("Metadata store %s", b.in.Identifier),
		VpcId:       b.in.Network.VPCID.ToStringOutput(),
		Tags:        tagmap.Named(b.in.Tags, b.name),
	}, b.child()...)
	if err != nil {
		return nil, err
	}
	for i, allowed := range b.in.AllowedSecurityGroupIDs {
		_, err := vpc.NewSecurityGroupIngressRule(b.ctx, fmt.Sprintf("%s-ingress-%d", b.name, i), &vpc.SecurityGroupIngressRuleArgs{
			Description:               pulumi.String("PostgreSQL"),
			SecurityGroupId:           group.ID(),
			ReferencedSecurityGroupId: allowed.ToStringOutput(),
			IpProtocol:                pulumi.String("tcp"),
			FromPort:                  pulumi.Int(Port),
			ToPort:                    pulumi.Int(Port),
			Tags:                      tagmap.Plain(b.in.Tags),
		}, b.child()...)
		if err != nil {
			return nil, fmt.Errorf("ingress rule %d: %w", i, err)
		}
	}
	return group, nil
}

// createMonitoringRole makes the role of enhanced monitoring, which only RDS
// may assume and only for this instance.
func (b *builder) createMonitoringRole() (*iam.Role, pulumi.Resource, error) {
	source := b.in.place().ARN("rds", "db:"+b.in.Identifier)
	role, err := iam.NewRole(b.ctx, b.name+"-monitoring", &iam.RoleArgs{
		Description: pulumi.Sprintf("Enhanced monitoring of %s", b.in.Identifier),
		AssumeRolePolicy: iampolicy.Document(iampolicy.Statement{
			Principals: iampolicy.Principals{iampolicy.Service: iampolicy.Strings("monitoring.rds.amazonaws.com")},
			Actions:    []string{"sts:AssumeRole"},
			Conditions: iampolicy.Conditions{
				"StringEquals": {"aws:SourceAccount": iampolicy.Strings(b.in.AccountID)},
				"ArnLike":      {"aws:SourceArn": iampolicy.Strings(source)},
			},
		}),
		Tags: tagmap.Plain(b.in.Tags),
	}, b.child()...)
	if err != nil {
		return nil, nil, err
	}
	attachment, err := iam.NewRolePolicyAttachment(b.ctx, b.name+"-monitoring-policy", &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.Sprintf("arn:%s:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole", b.in.Partition),
	}, b.child()...)
	return role, attachment, err
}
