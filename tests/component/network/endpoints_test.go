package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/network"
)

func TestS3EndpointServesPrivateAndDatabaseSubnets(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	args.S3ReadBuckets = []string{"open-data"}
	record := build(t, args)
	endpoint := record.One(t, typeEndpoint, "net-s3")
	assert.Equal(t, "Gateway", endpoint.Prop("vpcEndpointType"))
	assert.Equal(t, "com.amazonaws.eu-west-1.s3", endpoint.Prop("serviceName"))
	assert.Equal(t, []any{
		"net-private-eu-west-1a-routes-id", "net-private-eu-west-1b-routes-id", "net-database-routes-id",
	}, endpoint.Prop("routeTableIds"))
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{
			map[string]any{
				"Sid": "OwnPrincipals", "Effect": "Allow", "Principal": "*",
				"Action": []any{"s3:*"}, "Resource": []any{"*"},
				"Condition": map[string]any{
					"StringEquals": map[string]any{"aws:PrincipalAccount": []any{"111111111111"}},
				},
			},
			map[string]any{
				"Sid": "ReadLayersAndPackages", "Effect": "Allow", "Principal": "*", "Action": []any{"s3:GetObject"},
				"Resource": []any{
					"arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
					"arn:aws:s3:::prod-registry-k8s-io-*/*",
					"arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*",
					"arn:aws:s3:::open-data/*",
				},
			},
		},
	}, harness.Document(t, endpoint, "policy"))
	assert.Empty(t, record.OfType(typeGroup), "no interface endpoint needs no security group")
}

// TestRegistriesOfTheRegion is about S8: in us-east-1 the layers of quay.io
// and Docker Hub come through the S3 endpoint, whose policy must let them.
//
// Proves S8 by Pulumi mocks: the S3 endpoint lets image layers through from where
// registries keep them in the region.
func TestRegistriesOfTheRegion(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	args.Region, args.Zones = "us-east-1", []string{"us-east-1a", "us-east-1b"}
	document := harness.Document(t, build(t, args).One(t, typeEndpoint, "net-s3"), "policy")
	assert.Equal(t, []any{
		"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*", "arn:aws:s3:::prod-registry-k8s-io-*/*",
		"arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*",
		"arn:aws:s3:::quayio-production-s3/*", "arn:aws:s3:::docker-images-prod/*",
	}, document["Statement"].([]any)[1].(map[string]any)["Resource"])
}

func TestInterfaceEndpoints(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	args.NAT, args.ClusterName = spec.NATNone, ""
	args.InterfaceEndpoints = append(spec.DefaultInterfaceEndpoints(), "aws.sagemaker.eu-west-1.studio")
	record := build(t, args)

	want := map[string]string{
		"net-ecr-api":                        "com.amazonaws.eu-west-1.ecr.api",
		"net-ecr-dkr":                        "com.amazonaws.eu-west-1.ecr.dkr",
		"net-sts":                            "com.amazonaws.eu-west-1.sts",
		"net-logs":                           "com.amazonaws.eu-west-1.logs",
		"net-ec2":                            "com.amazonaws.eu-west-1.ec2",
		"net-secretsmanager":                 "com.amazonaws.eu-west-1.secretsmanager",
		"net-aws-sagemaker-eu-west-1-studio": "aws.sagemaker.eu-west-1.studio",
	}
	require.Len(t, record.OfType(typeEndpoint), len(want)+1)
	for name, service := range want {
		endpoint := record.One(t, typeEndpoint, name)
		assert.Equal(t, service, endpoint.Prop("serviceName"))
		assert.Empty(t, endpoint.Aliases, name)
		assert.Equal(t, "Interface", endpoint.Prop("vpcEndpointType"), name)
		assert.Equal(t, true, endpoint.Prop("privateDnsEnabled"), name)
		assert.Equal(t, []any{"net-private-eu-west-1a-id", "net-private-eu-west-1b-id"}, endpoint.Prop("subnetIds"), name)
		assert.Equal(t, []any{"net-endpoints-id"}, endpoint.Prop("securityGroupIds"), name)
	}

	group := record.One(t, typeGroup, "net-endpoints")
	assert.Equal(t, "net-vpc-id", group.Prop("vpcId"))
	assert.Nil(t, group.Prop("ingress"))
	assert.Nil(t, group.Prop("egress"))
	require.Len(t, record.OfType(typeIngress), 1)
	rule := record.One(t, typeIngress, "net-endpoints-https")
	assert.Equal(t, "net-endpoints-id", rule.Prop("securityGroupId"))
	assert.Equal(t, "10.0.0.0/16", rule.Prop("cidrIpv4"))
	assert.Equal(t, "tcp", rule.Prop("ipProtocol"))
	assert.InDelta(t, 443, rule.Prop("fromPort"), 0)
	assert.InDelta(t, 443, rule.Prop("toPort"), 0)
}

// TestV2SpellingsOfAnEndpoint makes one endpoint, by every spelling of its service.
//
// Proves V2 by Pulumi mocks: an endpoint has the same name and the same service however the
// service is spelt, one made under the full spelling is taken over, and in China the service
// has the prefix that it has there.
func TestV2SpellingsOfAnEndpoint(t *testing.T) {
	t.Parallel()
	type made struct {
		Service any
		Aliases []string
	}
	for name, c := range map[string]struct {
		region, spelt, name string
		want                made
	}{
		"short":           {"eu-west-1", "ecr.api", "net-ecr-api", made{"com.amazonaws.eu-west-1.ecr.api", nil}},
		"full":            {"eu-west-1", "com.amazonaws.eu-west-1.ecr.api", "net-ecr-api", made{"com.amazonaws.eu-west-1.ecr.api", []string{"net-com-amazonaws-eu-west-1-ecr-api"}}},
		"short in China":  {"cn-north-1", "ecr.api", "net-ecr-api", made{"cn.com.amazonaws.cn-north-1.ecr.api", nil}},
		"full in China":   {"cn-north-1", "cn.com.amazonaws.cn-north-1.ecr.api", "net-ecr-api", made{"cn.com.amazonaws.cn-north-1.ecr.api", []string{"net-cn-com-amazonaws-cn-north-1-ecr-api"}}},
		"as elsewhere":    {"cn-north-1", "com.amazonaws.cn-north-1.ecr.api", "net-ecr-api", made{"cn.com.amazonaws.cn-north-1.ecr.api", []string{"net-com-amazonaws-cn-north-1-ecr-api"}}},
		"without prefix":  {"cn-north-1", "logs", "net-logs", made{"com.amazonaws.cn-north-1.logs", nil}},
		"a newer service": {"cn-northwest-1", "cn.com.amazonaws.cn-northwest-1.newer", "net-newer", made{"cn.com.amazonaws.cn-northwest-1.newer", []string{"net-cn-com-amazonaws-cn-northwest-1-newer"}}},
	} {
		args := valid.Network()
		args.Region, args.Zones = c.region, []string{c.region + "a", c.region + "b"}
		args.InterfaceEndpoints = []string{c.spelt}
		endpoint := build(t, args).One(t, typeEndpoint, c.name)
		assert.Equal(t, c.want, made{endpoint.Prop("serviceName"), endpoint.Aliases}, name)
	}
}
