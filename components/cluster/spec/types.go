package spec

// Cluster is the EKS control plane.
type Cluster struct {
	// Version is the Kubernetes minor version, at least 1.34. Put it in quotes.
	Version string `json:"version" pulumi:"version" steps:"upwards, one minor version at a time: the control plane, then the add-ons, then the nodes, a third at a time"`
	// AdminPrincipalARNs are the IAM roles and users that administer the cluster: at least two, all in
	// `aws.accountId`, the one that deploys among them: nobody gets access by having created the cluster.
	AdminPrincipalARNs []string `json:"adminPrincipalArns" pulumi:"adminPrincipalArns" required:"at least 2 IAM roles or users must administer the cluster, the one that deploys among them; have 0"`
	// ViewerPrincipalARNs are IAM roles and users that may read everything in the cluster but Secrets.
	ViewerPrincipalARNs []string `json:"viewerPrincipalArns" pulumi:"viewerPrincipalArns"`
	// PublicAccessCIDRs are the ranges that may reach the Kubernetes API over the internet, /8 or narrower; empty keeps the API inside the VPC.
	PublicAccessCIDRs []string `json:"publicAccessCidrs" pulumi:"publicAccessCidrs"`
	// ServiceCIDR is the range of Service addresses: private, /12 to /24, outside `network.cidr`.
	ServiceCIDR string `json:"serviceCidr" pulumi:"serviceCidr" fixed:"the cluster would be replaced with all that runs in it; make a new stack and move the data"`
	// Zones are the availability zones of the control plane, at least 2 of `network.zones`; left out, all of them. Zones that
	// are added to the network later serve nodes, load balancers and the database.
	Zones []string `json:"zones" pulumi:"zones" fixed:"EKS refuses subnets of a cluster in other zones; name the zones of the first deployment here, and further ones under network alone"`
	// LogRetentionDays is how long control-plane logs are kept, one of the values of CloudWatch Logs.
	LogRetentionDays int `json:"logRetentionDays" pulumi:"logRetentionDays" unit:"days"`
	// UpgradePolicy decides what EKS does at the end of standard support. `STANDARD` upgrades; extended support, at six times
	// the price, is not offered.
	UpgradePolicy UpgradePolicy `json:"upgradePolicy" pulumi:"upgradePolicy"`
	// NetworkPolicyMode says what a new pod may do until its network policies have reached its node. `standard` leaves it
	// open for a second or two. `strict` closes it, and every pod of the cluster that no policy selects: the platform opens its own
	// namespaces, and whoever puts pods into others must write policies for them.
	NetworkPolicyMode NetworkPolicyMode `json:"networkPolicyMode" pulumi:"networkPolicyMode"`
	// AddonVersions pins EKS add-ons by name, such as `vpc-cni: v1.20.4-eksbuild.2`; the others get the version EKS
	// offers by default when they are created. `kube-proxy` must not be newer than `cluster.version`, and at most three
	// minor versions older.
	AddonVersions map[string]string `json:"addonVersions" pulumi:"addonVersions"`
}

// UpgradePolicy decides what EKS does at the end of standard support.
type UpgradePolicy string

// UpgradeStandard lets EKS upgrade the cluster at the end of standard support.
const UpgradeStandard UpgradePolicy = "STANDARD"

// Values lists what is supported.
func (UpgradePolicy) Values() []string { return []string{string(UpgradeStandard)} }

// NetworkPolicyMode is how the VPC CNI treats pods whose network policies are not known yet.
type NetworkPolicyMode string

const (
	// NetworkPolicyStandard leaves them open.
	NetworkPolicyStandard NetworkPolicyMode = "standard"
	// NetworkPolicyStrict closes them.
	NetworkPolicyStrict NetworkPolicyMode = "strict"
)

// Values lists what is supported.
func (NetworkPolicyMode) Values() []string {
	return []string{string(NetworkPolicyStandard), string(NetworkPolicyStrict)}
}

// The EKS add-ons that can be pinned.
const (
	VPCCNI           = "vpc-cni"
	KubeProxy        = "kube-proxy"
	PodIdentityAgent = "eks-pod-identity-agent"
	CoreDNS          = "coredns"
	EBSCSIDriver     = "aws-ebs-csi-driver"
	MetricsServer    = "metrics-server"
)

// Addons lists them by name.
func Addons() []string {
	return []string{EBSCSIDriver, CoreDNS, PodIdentityAgent, KubeProxy, MetricsServer, VPCCNI}
}
