package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

const (
	// firstRule and ruleStep leave room between rules, as AWS recommends.
	firstRule = 100
	ruleStep  = 10
	// Replies go to the ports clients choose; Linux and NAT stay within this range.
	ephemeralFrom = 1024
	ephemeralTo   = 65535
)

// createDatabaseACL lets private subnets, and nothing else, talk to database
// subnets: in on PostgreSQL's port, replies out on ephemeral ports.
func (b *builder) createDatabaseACL(s subnets) error {
	ingress := make(ec2.NetworkAclIngressArray, len(b.layout.Private))
	egress := make(ec2.NetworkAclEgressArray, len(b.layout.Private))
	for i, private := range b.layout.Private {
		number, source := pulumi.Int(firstRule+i*ruleStep), pulumi.String(private.String())
		ingress[i] = ec2.NetworkAclIngressArgs{
			RuleNo: number, Action: pulumi.String("allow"), Protocol: pulumi.String("tcp"), CidrBlock: source,
			FromPort: pulumi.Int(DatabasePort), ToPort: pulumi.Int(DatabasePort),
		}
		egress[i] = ec2.NetworkAclEgressArgs{
			RuleNo: number, Action: pulumi.String("allow"), Protocol: pulumi.String("tcp"), CidrBlock: source,
			FromPort: pulumi.Int(ephemeralFrom), ToPort: pulumi.Int(ephemeralTo),
		}
	}
	_, err := ec2.NewNetworkAcl(b.ctx, b.name+"-database", &ec2.NetworkAclArgs{
		VpcId:     b.vpc.ID(),
		SubnetIds: ids(s.database),
		Ingress:   ingress,
		Egress:    egress,
		Tags:      tagmap.Named(b.in.Tags, b.name+"-database"),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("creating database network ACL: %w", err)
	}
	return nil
}
