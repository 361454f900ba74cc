// Package cluster builds the Kubernetes control plane of a platform on EKS.
//
// New makes, in this order: the service role, two KMS keys (one for Kubernetes
// secrets, one for logs, both rotated), the log group /aws/eks/<name>/cluster,
// the control plane, one access entry per administrator and viewer, and the
// add-ons a node needs to become ready: eks-pod-identity-agent, kube-proxy and
// vpc-cni with network policies and prefix delegation. NewAddons makes those
// that need nodes: coredns, aws-ebs-csi-driver and metrics-server. Node groups
// go in between.
//
// # Access
//
// Only access entries count. There is no aws-auth ConfigMap, and whoever makes
// the cluster gets no access by that, so the deploying principal must be listed
// among the administrators. The API answers inside the VPC; over the internet
// it answers only to the ranges in Args.PublicAccessCIDRs. A deployment from
// elsewhere than the VPC needs such a range.
//
// # What pulumi-eks makes
//
// The control plane is an eks:index:Cluster of pulumi-eks v2.8.1, named
// <name>-control-plane. These are its children, of which a test with mocks
// sees none:
//
//	aws:ec2/securityGroup:SecurityGroup          <cp>-eksClusterSecurityGroup
//	aws:ec2/securityGroupRule:SecurityGroupRule  <cp>-eksClusterInternetEgressRule
//	aws:eks/cluster:Cluster                      <cp>-eksCluster
//	pulumi:providers:kubernetes                  <cp>-eks-k8s
//	aws:ec2/securityGroup:SecurityGroup          <cp>-nodeSecurityGroup
//	aws:ec2/securityGroupRule:SecurityGroupRule  <cp>-eksNodeIngressRule
//	aws:ec2/securityGroupRule:SecurityGroupRule  <cp>-eksNodeClusterIngressRule
//	aws:ec2/securityGroupRule:SecurityGroupRule  <cp>-eksExtApiServerClusterIngressRule
//	aws:ec2/securityGroupRule:SecurityGroupRule  <cp>-eksNodeInternetEgressRule
//	aws:ec2/securityGroupRule:SecurityGroupRule  <cp>-eksClusterIngressRule
//	pulumi:providers:kubernetes                  <cp>-provider
//
// The node security group is tagged as owned by the cluster. Nothing may carry
// it: a node in two owned groups breaks load balancers. Managed nodes get the
// group EKS makes, which is Ref.SecurityGroupID. The two Kubernetes providers
// are made and never used; see Kubeconfig for one to use.
//
// The component looks up the partition (answered by the AWS provider itself,
// without AWS), and needs `kubectl` 1.24 and `aws` 2.7 or newer on PATH. With a
// public endpoint it waits up to five minutes, during an update only, until the
// API answers.
//
// What v2 cannot express on aws:eks/cluster:Cluster is set with an engine
// transform; see ControlPlane.
//
// # Versions of add-ons
//
// A preview must not ask AWS, so there is no "newest compatible version". An
// add-on that AddonVersions of Args and AddonsArgs does not pin gets the
// version EKS defaults to for the Kubernetes version when it is made. It then
// stays: pin kube-proxy, or bump its pin, with every Kubernetes upgrade, because
// it may be at most three minor versions behind. List the candidates with
//
//	aws eks describe-addon-versions --kubernetes-version 1.35 --addon-name kube-proxy
//
// # Cost
//
// On-demand prices of us-east-1: the control plane 0.10 USD an hour (0.60 in
// extended support, which UpgradePolicy rules out), each key 1 USD a month plus 1
// per yearly rotation up to 3, logs 0.50 USD per GB taken in. The audit log
// makes up most of the volume.
//
// # Example
//
//	c, err := cluster.New(ctx, "platform", &cluster.Args{
//		Cluster: spec.Cluster{AdminPrincipalARNs: []string{
//			"arn:aws:iam::111122223333:role/platform-deployer",
//			"arn:aws:iam::111122223333:role/break-glass",
//		}},
//		Name:             "platform-dev",
//		AccountID:        "111122223333",
//		Region:           "eu-west-1",
//		VPCID:            net.Ref().VPCID,
//		VPCCIDR:          "10.0.0.0/16",
//		PrivateSubnetIDs: net.Ref().PrivateSubnetIDs,
//	})
//	group, err := nodegroup.New(ctx, "system", groupArgs, pulumi.DependsOn(c.Ready()))
//	addons, err := cluster.NewAddons(ctx, "platform-addons", &cluster.AddonsArgs{
//		Cluster: c.Ref(),
//	}, pulumi.DependsOn(group.Ready()))
//	k8s, err := kubernetes.NewProvider(ctx, "platform", &kubernetes.ProviderArgs{
//		Kubeconfig: c.Kubeconfig(),
//	})
package cluster
