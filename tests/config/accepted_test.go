package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// onAWS is the least that a stack file in a region says, and more.
func onAWS(region, more string) string {
	return `config:
  mlops:platform:
    environment: dev
    owner: ml-platform
    costCenter: ml-dev
    aws: {region: ` + region + `, accountId: "111111111111"}
    cluster:
      adminPrincipalArns: ["arn:aws:iam::111111111111:role/mlops-deploy", "arn:aws:iam::111111111111:role/platform-admin"]
` + more
}

// TestV3ZonesOfTheRegions holds which zones a count stands for.
//
// Proves V3 by plain Go: a count stands for zones that every account has, and named zones are
// taken in every region.
func TestV3ZonesOfTheRegions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		region, network string
		want            []string
	}{
		"two by default": {"eu-west-1", "{}", []string{"eu-west-1a", "eu-west-1b"}},
		"three":          {"eu-west-1", "{zoneCount: 3}", []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}},
		"two of Canada":  {"ca-central-1", "{zoneCount: 2}", []string{"ca-central-1a", "ca-central-1b"}},
		"named":          {"ca-central-1", "{zones: [ca-central-1a, ca-central-1b, ca-central-1d]}", []string{"ca-central-1a", "ca-central-1b", "ca-central-1d"}},
		"Tokyo":          {"ap-northeast-1", "{zones: [ap-northeast-1a, ap-northeast-1c]}", []string{"ap-northeast-1a", "ap-northeast-1c"}},
		"California":     {"us-west-1", "{zones: [us-west-1a, us-west-1c]}", []string{"us-west-1a", "us-west-1c"}},
	} {
		got, err := settings.FromStackFile([]byte(onAWS(c.region, "    network: "+c.network+"\n")), "test")
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got.Network.Zones, name)
	}
}

// TestV2NamesOfServices expands names of endpoint services.
//
// Proves V2 by plain Go: a short name and every full one lead to the same service, which in
// China has the prefix that it has there.
func TestV2NamesOfServices(t *testing.T) {
	t.Parallel()
	for region, services := range map[string]map[string]string{
		"eu-west-1": {
			"ecr.api": "com.amazonaws.eu-west-1.ecr.api", "com.amazonaws.eu-west-1.ecr.api": "com.amazonaws.eu-west-1.ecr.api",
			"s3": "com.amazonaws.eu-west-1.s3", "aws.sagemaker.eu-west-1.studio": "aws.sagemaker.eu-west-1.studio",
		},
		"cn-north-1": {
			"ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api", "cn.com.amazonaws.cn-north-1.ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api",
			"com.amazonaws.cn-north-1.ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api",
			"logs":                             "com.amazonaws.cn-north-1.logs", "s3": "com.amazonaws.cn-north-1.s3",
			"cn.com.amazonaws.cn-north-1.newer": "cn.com.amazonaws.cn-north-1.newer",
		},
	} {
		for spelt, want := range services {
			assert.Equal(t, want, networkspec.ServiceName(region, spelt), spelt)
		}
	}
}

// TestV4RoomOfTheRanges counts the nodes that private subnets hold.
//
// Proves V4 by plain Go: a node counts with two whole blocks of addresses and one more, beside
// the addresses of AWS, of the control plane and of the endpoints.
func TestV4RoomOfTheRanges(t *testing.T) {
	t.Parallel()
	for bits, want := range map[int]int{16: 123, 17: 61, 18: 30, 19: 15, 20: 7, 21: 3, 22: 1} {
		network := networkspec.Network{CIDR: fmt.Sprintf("10.0.0.0/%d", bits)}
		assert.Equal(t, want, network.NodesPerZone(), bits)
		assert.Equal(t, bits, network.BitsFor(want), "the smallest range for %d", want)
		assert.Equal(t, bits-1, max(network.BitsFor(want+1), networkspec.MinVPCBits-1), "%d have no room in /%d", want+1, bits)
	}
	assert.Equal(t, 0, networkspec.Network{CIDR: "10.0.0.0"}.NodesPerZone(), "of a wrong range nothing is said")
	// Fifty endpoints take what single addresses leave, and two blocks more.
	assert.Equal(t, 6, networkspec.Network{CIDR: "10.0.0.0/20", InterfaceEndpoints: make([]string, 50-6)}.NodesPerZone())
}

// TestV4GroupsThatFit fills the smallest ranges to the last node.
//
// Proves V4 by plain Go: node groups that fit are accepted, to the last node.
func TestV4GroupsThatFit(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{
		"the defaults":  "    network: {cidr: 10.0.0.0/20}\n",
		"the last node": "    network: {cidr: 10.0.0.0/22, zoneCount: 3}\n    nodeGroups: {system: {role: system, minSize: 1, maxSize: 3}}\n",
		"a full zone":   "    network: {cidr: 10.0.0.0/20}\n    nodeGroups: {system: {role: system, maxSize: 7}, gpu: {role: gpu, maxSize: 7}}\n",
	} {
		_, err := settings.FromStackFile([]byte(onAWS("eu-west-1", more)), "test")
		assert.NoError(t, err, name)
	}
}

// TestTenantsOnTheBorder reads what is only just right.
//
// Proves V8, V9, V10 and V11 by plain Go: the smallest amounts and volumes, a day that some
// years have, the longest label, models for images that are not the platform's, IPv6 and DNS
// are accepted.
func TestTenantsOnTheBorder(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"V8 amounts":     "limitRange: {defaultRequests: {cpu: 1m, memory: 1Mi}}",
		"V8 decimals":    "limitRange: {defaultRequests: {cpu: \"0.1\", memory: 50M}}",
		"V9 volume":      "limitRange: {maxVolumeSize: 1Gi}\ntraining: {enabled: true, checkpointStorage: 1024Mi}",
		"V10 leap day":   "training: {schedule: \"0 3 29 2 *\"}",
		"V10 label":      "ingress: {enabled: true, host: " + strings.Repeat("a", 63) + ".example.com}",
		"V10 octal":      "port: 0o20000",
		"least port":     "port: 1024",
		"greatest port":  "port: 65535",
		"full use":       "replicas: {targetCPUPercent: 100}",
		"fixed replicas": "replicas: {min: 3, max: 3}",
		"V10 own bucket": "model: {uri: \"s3://models/churn/2025\"}",
		"V11 IPv6":       "network: {egress: [{description: x, cidr: \"2001:db8::/32\", ports: [443]}]}",
		"V11 DNS":        "network: {egress: [{description: x, cidr: 192.0.2.53/32, ports: [53]}]}",
	} {
		_, err := tenants.Load(tenantFiles(map[string]string{"team.yaml": goodTenant("team") + text + "\n"}), tenantStack)
		assert.NoError(t, err, name)
	}
	foreign := strings.Replace(goodTenant("team"), "repository: inference", "repository: ghcr.io/example/server", 1)
	_, err := tenants.Load(tenantFiles(map[string]string{"team.yaml": foreign + "model: {uri: \"https://example.com/model?version=1\"}\n"}), tenantStack)
	assert.NoError(t, err, "V10 a server of one's own")
}
