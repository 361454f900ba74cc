package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

const notPrincipal = "must be the ARN of an IAM role or user, not of a session, a group or the account itself"

// wrongValues are arguments that must be refused, each with its message.
var wrongValues = map[string]struct {
	change func(*cluster.Args)
	want   string
}{
	"name":                    {func(a *cluster.Args) { a.Name = "-x" }, `name: Invalid value: "-x": must be 1 to 100 letters, digits, - and _, starting with a letter or digit`},
	"account":                 {func(a *cluster.Args) { a.AccountID = "12" }, `accountId: Invalid value: "12": must be 12 digits`},
	"region":                  {func(a *cluster.Args) { a.Region = "Ireland" }, `region: Invalid value: "Ireland": must be an AWS region such as eu-west-1`},
	"version below the floor": {func(a *cluster.Args) { a.Version = "1.33" }, `version: Invalid value: "1.33": must be a Kubernetes minor version of at least 1.34`},
	"version with a patch":    {func(a *cluster.Args) { a.Version = "1.35.1" }, `version: Invalid value: "1.35.1": must be a Kubernetes minor version of at least 1.34`},
	"service range overlaps":  {func(a *cluster.Args) { a.ServiceCIDR = "10.0.128.0/17" }, `serviceCidr: Invalid value: "10.0.128.0/17": must not overlap vpcCidr (10.0.0.0/16)`},
	"service range contains the VPC": {
		func(a *cluster.Args) { a.VPCCIDR, a.ServiceCIDR = "172.20.4.0/22", "" },
		`serviceCidr: Invalid value: "172.20.0.0/16": must not overlap vpcCidr (172.20.4.0/22)`,
	},
	"service range is public":  {func(a *cluster.Args) { a.ServiceCIDR = "203.0.113.0/24" }, `serviceCidr: Invalid value: "203.0.113.0/24": must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`},
	"service range too small":  {func(a *cluster.Args) { a.ServiceCIDR = "172.20.0.0/25" }, `serviceCidr: Invalid value: "172.20.0.0/25": must be /12 to /24`},
	"VPC range with host bits": {func(a *cluster.Args) { a.VPCCIDR = "10.0.0.1/16" }, `vpcCidr: Invalid value: "10.0.0.1/16": must be an IPv4 range without host bits, such as 10.0.0.0/16`},
	"open to the internet": {
		func(a *cluster.Args) { a.PublicAccessCIDRs = []string{"0.0.0.0/0"} },
		`publicAccessCidrs[0]: Invalid value: "0.0.0.0/0": must be /8 or narrower: the Kubernetes API must not be open to the internet`,
	},
	"open in two halves": {
		func(a *cluster.Args) { a.PublicAccessCIDRs = []string{"203.0.113.0/24", "128.0.0.0/1"} },
		`publicAccessCidrs[1]: Invalid value: "128.0.0.0/1": must be /8 or narrower: the Kubernetes API must not be open to the internet`,
	},
	"same range twice": {
		func(a *cluster.Args) { a.PublicAccessCIDRs = []string{"203.0.113.0/24", "203.0.113.0/24"} },
		`publicAccessCidrs[1]: Duplicate value: "203.0.113.0/24"`,
	},
	"IPv6 range": {
		func(a *cluster.Args) { a.PublicAccessCIDRs = []string{"::/0"} },
		`publicAccessCidrs[0]: Invalid value: "::/0": must be an IPv4 range without host bits, such as 10.0.0.0/16`,
	},
	"one administrator": {
		func(a *cluster.Args) { a.AdminPrincipalARNs = a.AdminPrincipalARNs[:1] },
		`adminPrincipalArns: Required value: at least 2 IAM roles or users must administer the cluster, the one that deploys among them; have 1`,
	},
	"the same administrator twice": {
		func(a *cluster.Args) {
			a.AdminPrincipalARNs = []string{"arn:aws:iam::111111111111:role/a", "arn:aws:iam::111111111111:role/path/A"}
		},
		`adminPrincipalArns[1]: Duplicate value: "arn:aws:iam::111111111111:role/path/A"`,
	},
	"viewer who administers": {
		func(a *cluster.Args) { a.ViewerPrincipalARNs = a.AdminPrincipalARNs[:1:1] },
		`viewerPrincipalArns[0]: Duplicate value: "arn:aws:iam::111111111111:role/deployer"`,
	},
	"account root": {
		func(a *cluster.Args) { a.ViewerPrincipalARNs = []string{"arn:aws:iam::111111111111:root"} },
		`viewerPrincipalArns[0]: Invalid value: "arn:aws:iam::111111111111:root": ` + notPrincipal,
	},
	"session": {
		func(a *cluster.Args) {
			a.ViewerPrincipalARNs = []string{"arn:aws:sts::111111111111:assumed-role/x/y"}
		},
		`viewerPrincipalArns[0]: Invalid value: "arn:aws:sts::111111111111:assumed-role/x/y": ` + notPrincipal,
	},
	"other partition": {
		func(a *cluster.Args) { a.ViewerPrincipalARNs = []string{"arn:aws-cn:iam::111111111111:role/x"} },
		`viewerPrincipalArns[0]: Invalid value: "arn:aws-cn:iam::111111111111:role/x": must be in partition aws`,
	},
	"credential role": {
		func(a *cluster.Args) { a.CredentialRoleARN = "deployer" },
		`credentialRoleArn: Invalid value: "deployer": must be the ARN of an IAM role, not of a session, a group or the account itself`,
	},
	"partition": {
		func(a *cluster.Args) {
			a.Partition = "azure"
			a.AdminPrincipalARNs = []string{"arn:azure:iam::111111111111:role/a", "arn:azure:iam::111111111111:role/b"}
		},
		`partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"`,
	},
	"retention": {
		func(a *cluster.Args) { a.LogRetentionDays = 45 },
		`logRetentionDays: Invalid value: 45: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
	},
	"key deletion": {
		func(a *cluster.Args) { a.SecretsKeyDeletionDays = 6 },
		`secretsKeyDeletionDays: Invalid value: 6: must be 7 to 30`,
	},
	"zones without those of the subnets": {
		func(a *cluster.Args) { a.Zones = []string{"eu-west-1a", "eu-west-1b"} },
		`subnetZones: Required value: the zones of privateSubnetIds: the control plane is in some of them`,
	},
	"a zone without a subnet": {
		func(a *cluster.Args) {
			a.SubnetZones, a.Zones = []string{"eu-west-1a", "eu-west-1b"}, []string{"eu-west-1a", "eu-west-1c"}
		},
		`zones[1]: Invalid value: "eu-west-1c": must be among subnetZones (eu-west-1a, eu-west-1b)`,
	},
	"more zones than subnets": {
		func(a *cluster.Args) { a.SubnetZones = []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"} },
		`privateSubnetIds: Invalid value: 2: must be one per zone (3)`,
	},
	"add-on of another": {
		func(a *cluster.Args) { a.AddonVersions = map[string]string{"adot": "v1.12.4-eksbuild.1"} },
		`addonVersions[adot]: Unsupported value: "adot": supported values: "aws-ebs-csi-driver", "coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni"`,
	},
	"other account": {
		func(a *cluster.Args) { a.ViewerPrincipalARNs = []string{"arn:aws:iam::222222222222:role/x"} },
		`viewerPrincipalArns[0]: Invalid value: "arn:aws:iam::222222222222:role/x": must be in account 111111111111`,
	},
	"extended support": {
		func(a *cluster.Args) { a.UpgradePolicy = "EXTENDED" },
		`upgradePolicy: Unsupported value: "EXTENDED": supported values: "STANDARD"`,
	},
	"network policies": {
		func(a *cluster.Args) { a.NetworkPolicyMode = "lenient" },
		`networkPolicyMode: Unsupported value: "lenient": supported values: "standard", "strict"`,
	},
	"a kube-proxy that is newer": {
		func(a *cluster.Args) { a.AddonVersions = map[string]string{"kube-proxy": "v1.36.0-eksbuild.2"} },
		`addonVersions[kube-proxy]: Invalid value: "v1.36.0-eksbuild.2": must not be newer than cluster version 1.35`,
	},
	"a kube-proxy that is too old": {
		func(a *cluster.Args) { a.AddonVersions = map[string]string{"kube-proxy": "v1.31.2-eksbuild.3"} },
		`addonVersions[kube-proxy]: Invalid value: "v1.31.2-eksbuild.3": must be at least v1.32, 3 minor versions below cluster version 1.35`,
	},
	"add-on version": {
		func(a *cluster.Args) { a.AddonVersions = map[string]string{"vpc-cni": "latest"} },
		`addonVersions[vpc-cni]: Invalid value: "latest": must be an EKS add-on version such as v1.20.4-eksbuild.2`,
	},
}

func TestValidation(t *testing.T) {
	t.Parallel()
	for label, c := range wrongValues {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			args := valid.Cluster()
			c.change(args)
			_, err := harness.RunErr(program(args), valid.ControlPlane(harness.Stack))
			assert.ErrorContains(t, err, `cluster "platform": `+c.want+"\n")
		})
	}
}

func TestNilArgsNameEveryRequiredField(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(program(nil))
	assert.ErrorContains(t, err, `cluster "platform": 7 errors:
  accountId: Required value: must be the AWS account to build in
  adminPrincipalArns: Required value: at least 2 IAM roles or users must administer the cluster, the one that deploys among them; have 0
  name: Invalid value: "": must be 1 to 100 letters, digits, - and _, starting with a letter or digit
  privateSubnetIds: Required value: private subnets in at least two zones
  region: Required value: must name an AWS region
  vpcCidr: Invalid value: "": must be an IPv4 range without host bits, such as 10.0.0.0/16
  vpcId: Required value: the VPC the cluster lives in
`)
}

func TestArgsAreNotChanged(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	run(t, args)
	assert.Equal(t, valid.Cluster(), args)
}

func TestAddonsValidation(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(cluster.NewAddons, "addons", &cluster.AddonsArgs{
		Partition: "azure", AddonVersions: map[string]string{"adot": "v1.20.4-eksbuild.2", "coredns": "1"},
	}))
	assert.ErrorContains(t, err, `cluster add-ons "addons": 4 errors:
  addonVersions[adot]: Unsupported value: "adot": supported values: "aws-ebs-csi-driver", "coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni"
  addonVersions[coredns]: Invalid value: "1": must be an EKS add-on version such as v1.20.4-eksbuild.2
  cluster: Required value: the Ref of the cluster the add-ons go to
  partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"
`)
}
