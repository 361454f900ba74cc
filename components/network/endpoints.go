package network

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/network/spec"
)

const (
	s3Service = "s3"
	httpsPort = 443
)

// createEndpoints returns the one of S3.
func (b *builder) createEndpoints(s subnets, r routes) (*ec2.VpcEndpoint, error) {
	s3, err := ec2.NewVpcEndpoint(b.ctx, b.name+"-s3", &ec2.VpcEndpointArgs{
		VpcId:           b.vpc.ID(),
		VpcEndpointType: pulumi.String("Gateway"),
		ServiceName:     pulumi.String(spec.ServiceName(b.in.Region, s3Service)),
		RouteTableIds:   r.internal,
		Policy:          b.s3Policy(),
		Tags:            tagmap.Named(b.in.Tags, b.name+"-s3"),
	}, b.parent)
	if err != nil {
		return nil, fmt.Errorf("creating S3 endpoint: %w", err)
	}
	return s3, b.createInterfaceEndpoints(s)
}

func (b *builder) createInterfaceEndpoints(s subnets) error {
	if len(b.in.InterfaceEndpoints) == 0 {
		return nil
	}
	group, err := b.createEndpointGroup()
	if err != nil {
		return err
	}
	for _, service := range b.in.InterfaceEndpoints {
		name, opts := b.endpointName(service)
		_, err := ec2.NewVpcEndpoint(b.ctx, name, &ec2.VpcEndpointArgs{
			VpcId:             b.vpc.ID(),
			VpcEndpointType:   pulumi.String("Interface"),
			ServiceName:       pulumi.String(spec.ServiceName(b.in.Region, service)),
			SubnetIds:         ids(s.private),
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			PrivateDnsEnabled: pulumi.Bool(true),
			Tags:              tagmap.Named(b.in.Tags, name),
		}, opts...)
		if err != nil {
			return fmt.Errorf("creating %s endpoint: %w", service, err)
		}
	}
	return nil
}

// endpointName is the name of an endpoint, the same however its service is spelt.
// One that was made under the full spelling is taken over.
func (b *builder) endpointName(service string) (string, []pulumi.ResourceOption) {
	named := func(spelt string) string { return b.name + "-" + strings.ReplaceAll(spelt, ".", "-") }
	name, opts := named(spec.ShortName(b.in.Region, service)), []pulumi.ResourceOption{b.parent}
	if before := named(service); before != name {
		opts = append(opts, pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(before)}}))
	}
	return name, opts
}

// createEndpointGroup has no egress rule: endpoints only answer.
func (b *builder) createEndpointGroup() (*ec2.SecurityGroup, error) {
	name := b.name + "-endpoints"
	group, err := ec2.NewSecurityGroup(b.ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       b.vpc.ID(),
		Description: pulumi.String("Interface endpoints of " + b.name),
		Tags:        tagmap.Named(b.in.Tags, name),
	}, b.parent)
	if err != nil {
		return nil, fmt.Errorf("creating endpoint security group: %w", err)
	}
	_, err = vpc.NewSecurityGroupIngressRule(b.ctx, name+"-https", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String("HTTPS from the VPC"),
		CidrIpv4:        pulumi.String(b.in.CIDR),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(httpsPort),
		ToPort:          pulumi.Int(httpsPort),
		Tags:            tagmap.Named(b.in.Tags, name+"-https"),
	}, b.parent)
	if err != nil {
		return nil, fmt.Errorf("opening endpoint security group: %w", err)
	}
	return group, nil
}

// registriesRegion is where the buckets of public registries are. In it a request
// to them takes the S3 endpoint, in every other region the way to the internet.
const registriesRegion = "us-east-1"

// registryBuckets serve the layers of images on quay.io and Docker Hub.
var registryBuckets = []string{"quayio-production-s3", "docker-images-prod"}

// s3Policy is a ceiling over the principals' own policies: it stops credentials
// of another account from carrying data out through the endpoint.
func (b *builder) s3Policy() pulumi.StringOutput {
	// Requests for these carry no principal of this account: layers of ECR images
	// and of registry.k8s.io images, and packages of Amazon Linux.
	open := []string{
		"prod-" + b.in.Region + "-starport-layer-bucket",
		"prod-registry-k8s-io-*",
		"al2023-repos-" + b.in.Region + "-de612dc2",
	}
	if b.in.Region == registriesRegion {
		open = append(open, registryBuckets...)
	}
	objects := make([]string, 0, len(open)+len(b.in.S3ReadBuckets))
	for _, bucket := range append(open, b.in.S3ReadBuckets...) {
		objects = append(objects, "arn:"+b.in.Partition+":s3:::"+bucket+"/*")
	}
	return iampolicy.Document(
		iampolicy.Statement{
			Sid:        "OwnPrincipals",
			Principals: iampolicy.Anyone(),
			Actions:    []string{"s3:*"},
			// Any bucket, because which one is decided by the principal's own policy.
			Resources: iampolicy.Strings("*"),
			Conditions: iampolicy.Conditions{
				"StringEquals": {"aws:PrincipalAccount": iampolicy.Strings(b.in.AccountID)},
			},
		},
		iampolicy.Statement{
			Sid:        "ReadLayersAndPackages",
			Principals: iampolicy.Anyone(),
			Actions:    []string{"s3:GetObject"},
			Resources:  iampolicy.Strings(objects...),
		},
	)
}
