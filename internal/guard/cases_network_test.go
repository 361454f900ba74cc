package guard_test

import (
	"testing"

	"github.com/mlops-iac/mlops/internal/guard"
)

const (
	securityGroup        = "aws:ec2/securityGroup:SecurityGroup"
	securityGroupRule    = "aws:ec2/securityGroupRule:SecurityGroupRule"
	ingressRule          = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	defaultSecurityGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	nacl                 = "aws:ec2/networkAcl:NetworkAcl"
	naclRule             = "aws:ec2/networkAclRule:NetworkAclRule"
	subnet               = "aws:ec2/subnet:Subnet"
	vpc                  = "aws:ec2/vpc:Vpc"
	nodeGroup            = "aws:eks/nodeGroup:NodeGroup"
	cluster              = "aws:eks/cluster:Cluster"
)

func ingressCases() []ruleCase {
	return []ruleCase{
		{
			"MLOPS-NET-001", "inline",
			one(securityGroup, m{"ingress": l{m{"cidrBlocks": l{"10.0.0.0/8"}}, m{"cidrBlocks": l{"0.0.0.0/0"}, "ipv6CidrBlocks": l{"::/0"}}}}),
			[]string{"x: ingress[1]: admits 0.0.0.0/0", "x: ingress[1]: admits ::/0"},
		},
		{"MLOPS-NET-001", "rule", one(securityGroupRule, m{"type": "ingress", "cidrBlocks": l{"0.0.0.0/0"}}), []string{"x: admits 0.0.0.0/0"}},
		{"MLOPS-NET-001", "ingress rule", one(ingressRule, m{"cidrIpv6": "::/0"}), []string{"x: admits ::/0"}},
		{"MLOPS-NET-001", "half of the internet", one(ingressRule, m{"cidrIpv4": "128.0.0.0/1"}), []string{"x: admits 128.0.0.0/1"}},
		{"MLOPS-NET-001", "all of IPv6 that is routed", one(ingressRule, m{"cidrIpv6": "2000::/3"}), []string{"x: admits 2000::/3"}},
		{"MLOPS-NET-001", "egress", one(securityGroupRule, m{"type": "egress", "cidrBlocks": l{"0.0.0.0/0"}}), nil},
		{"MLOPS-NET-001", "private", one(ingressRule, m{"cidrIpv4": "10.0.0.0/8"}), nil},
		{"MLOPS-NET-001", "not decided", one(ingressRule, m{"cidrIpv4": guard.Unknown{}}), nil},
		{
			"MLOPS-NET-002", "rules", one(defaultSecurityGroup, m{"ingress": l{m{}}, "egress": l{m{}}}),
			[]string{"x: has egress rules", "x: has ingress rules"},
		},
		{"MLOPS-NET-002", "not adopted", one(vpc, m{}), []string{"x: no default security group belongs to it"}},
		{"MLOPS-NET-002", "adopted", []guard.Resource{res(vpc, "net", m{}), res(defaultSecurityGroup, "net-default-sg", m{"vpcId": guard.Unknown{}})}, nil},
		{"MLOPS-NET-003", "none", one(vpc, m{}), []string{"x: no flow log belongs to it"}},
		{"MLOPS-NET-003", "flow log", []guard.Resource{res(vpc, "net-vpc", m{}), res("aws:ec2/flowLog:FlowLog", "net-flow-log", m{"vpcId": guard.Unknown{}})}, nil},
		{"MLOPS-NET-005", "key only", one(nodeGroup, m{"remoteAccess": m{"ec2SshKey": "k"}}), []string{"x: remoteAccess has a key and no sourceSecurityGroupIds"}},
		{"MLOPS-NET-005", "from a group", one(nodeGroup, m{"remoteAccess": m{"ec2SshKey": "k", "sourceSecurityGroupIds": l{guard.Unknown{}}}}), nil},
	}
}

func aclCases() []ruleCase {
	allow := func(from, to float64, protocol, cidr string) m {
		return m{"ruleAction": "allow", "action": "allow", "fromPort": from, "toPort": to, "protocol": protocol, "cidrBlock": cidr}
	}
	outgoing := allow(0, 65535, "tcp", "0.0.0.0/0")
	outgoing["egress"] = true
	return []ruleCase{
		{"MLOPS-NET-004", "SSH", one(naclRule, allow(22, 22, "tcp", "0.0.0.0/0")), []string{"x: admits the internet on port 22"}},
		{
			"MLOPS-NET-004", "everything", one(nacl, m{"ingress": l{allow(0, 0, "-1", "0.0.0.0/0")}}),
			[]string{
				"x: ingress[0]: admits the internet on port 22", "x: ingress[0]: admits the internet on port 3306",
				"x: ingress[0]: admits the internet on port 3389", "x: ingress[0]: admits the internet on port 5432",
			},
		},
		{"MLOPS-NET-004", "return traffic", one(naclRule, allow(32768, 65535, "tcp", "0.0.0.0/0")), nil},
		{"MLOPS-NET-004", "inside", one(nacl, m{"ingress": l{allow(5432, 5432, "tcp", "10.0.0.0/20")}}), nil},
		{"MLOPS-NET-004", "egress", one(naclRule, outgoing), nil},
		{"MLOPS-NET-006", "subnet", one(subnet, m{"mapPublicIpOnLaunch": true}), []string{"x: mapPublicIpOnLaunch is true"}},
		{"MLOPS-NET-006", "template", one(launchTemplate, m{"networkInterfaces": l{m{"associatePublicIpAddress": "true"}}}), []string{"x: networkInterfaces[0].associatePublicIpAddress is true"}},
		{"MLOPS-NET-006", "default", one(subnet, m{}), nil},
	}
}

func clusterCases() []ruleCase {
	all := l{"api", "audit", "authenticator", "controllerManager", "scheduler"}
	endpoint := func(config m) []guard.Resource { return one(cluster, m{"vpcConfig": config}) }
	component := func(inputs m) []guard.Resource { return one("eks:index:Cluster", inputs) }
	return []ruleCase{
		{"MLOPS-EKS-001", "component", component(m{}), []string{"x: the key is not set"}},
		{"MLOPS-EKS-001", "encrypted component", component(m{"encryptionConfigKeyArn": guard.Unknown{}}), nil},
		{"MLOPS-EKS-002", "component", component(m{"publicAccessCidrs": l{"0.0.0.0/0"}}), []string{"x: publicAccessCidrs admits 0.0.0.0/0"}},
		{"MLOPS-EKS-002", "closed component", component(m{"endpointPublicAccess": false}), nil},
		{"MLOPS-EKS-003", "component", component(m{}), []string{"x: endpointPrivateAccess is not true"}},
		{"MLOPS-EKS-004", "component", component(m{"enabledClusterLogTypes": all}), nil},
		{"MLOPS-EKS-005", "component", component(m{"authenticationMode": "CONFIG_MAP"}), []string{"x: authenticationMode is not API"}},
		{"MLOPS-EKS-001", "plain", one(cluster, m{}), []string{
			"x: encryptionConfig.resources does not contain secrets", "x: the key is not set",
		}},
		{"MLOPS-EKS-001", "encrypted", one(cluster, m{"encryptionConfig": m{"provider": m{"keyArn": guard.Unknown{}}, "resources": l{"secrets"}}}), nil},
		{"MLOPS-EKS-002", "defaults", endpoint(m{}), []string{"x: the public endpoint is on and publicAccessCidrs is not set, which means 0.0.0.0/0"}},
		{"MLOPS-EKS-002", "world", endpoint(m{"endpointPublicAccess": true, "publicAccessCidrs": l{"0.0.0.0/0"}}), []string{"x: publicAccessCidrs admits 0.0.0.0/0"}},
		{"MLOPS-EKS-002", "office", endpoint(m{"endpointPublicAccess": true, "publicAccessCidrs": l{"198.51.100.0/24"}}), nil},
		{"MLOPS-EKS-002", "off", endpoint(m{"endpointPublicAccess": false}), nil},
		{"MLOPS-EKS-003", "off", endpoint(m{}), []string{"x: endpointPrivateAccess is not true"}},
		{"MLOPS-EKS-003", "on", endpoint(m{"endpointPrivateAccess": true}), nil},
		{"MLOPS-EKS-004", "no audit log", one(cluster, m{"enabledClusterLogTypes": l{"api", "authenticator", "controllerManager", "scheduler"}}), []string{"x: log type audit is off"}},
		{"MLOPS-EKS-004", "all", one(cluster, m{"enabledClusterLogTypes": all}), nil},
		{"MLOPS-EKS-005", "ConfigMap", one(cluster, m{"accessConfig": m{"authenticationMode": "API_AND_CONFIG_MAP"}}), []string{"x: authenticationMode is not API"}},
		{"MLOPS-EKS-005", "API", one(cluster, m{"accessConfig": m{"authenticationMode": "API"}}), nil},
	}
}

func nodeCases() []ruleCase {
	const untainted = "x: runs GPU instances without the taint nvidia.com/gpu=present:NoSchedule"
	taint := m{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}
	return []ruleCase{
		{"MLOPS-EKS-006", "AMI", one(nodeGroup, m{"amiType": "AL2023_x86_64_NVIDIA"}), []string{untainted}},
		{"MLOPS-EKS-006", "instance type", one(nodeGroup, m{"instanceTypes": l{"m6i.large", "g5.xlarge"}, "taints": l{m{"key": "other", "effect": "NO_SCHEDULE"}}}), []string{untainted}},
		{"MLOPS-EKS-006", "training", one(nodeGroup, m{"instanceTypes": l{"p4d.24xlarge"}}), []string{untainted}},
		{"MLOPS-EKS-006", "soft", one(nodeGroup, m{"instanceTypes": l{"gr6.4xlarge"}, "taints": l{m{"key": "nvidia.com/gpu", "value": "present", "effect": "PREFER_NO_SCHEDULE"}}}), []string{untainted}},
		{"MLOPS-EKS-006", "tainted", one(nodeGroup, m{"amiType": "AL2023_x86_64_NVIDIA", "taints": l{m{"key": "a", "effect": "NO_EXECUTE"}, taint}}), nil},
		{"MLOPS-EKS-006", "CPU", one(nodeGroup, m{"amiType": "AL2023_x86_64_STANDARD", "instanceTypes": l{"m6i.large"}}), nil},
		{"MLOPS-EC2-001", "defaults", one(launchTemplate, m{}), []string{
			"x: metadataOptions.httpPutResponseHopLimit is not set", "x: metadataOptions.httpTokens is not required",
		}},
		{"MLOPS-EC2-001", "two hops", one(launchTemplate, m{"metadataOptions": m{"httpTokens": "required", "httpPutResponseHopLimit": 2.0}}), []string{"x: metadataOptions.httpPutResponseHopLimit is 2"}},
		{"MLOPS-EC2-001", "one hop", one(launchTemplate, m{"metadataOptions": m{"httpTokens": "required", "httpPutResponseHopLimit": 1.0}}), nil},
		{"MLOPS-EC2-001", "off", one(launchTemplate, m{"metadataOptions": m{"httpEndpoint": "disabled"}}), nil},
	}
}

func TestNetworkAndClusterRules(t *testing.T) {
	t.Parallel()
	for _, cases := range [][]ruleCase{ingressCases(), aclCases(), clusterCases(), nodeCases()} {
		runCases(t, cases)
	}
}
