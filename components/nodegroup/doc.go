// Package nodegroup builds one EKS managed node group: an IAM role, a launch
// template, the group, and for groups that scale to zero the tags from which
// the cluster autoscaler learns what their nodes would look like.
//
// System, CPU, GPU and Spot are presets of the same Args. Labels and
// taints come from package scheduling, which workloads select and tolerate by.
//
// Nodes run Amazon Linux 2023 with the instance metadata service in version 2
// only and out of reach of pods, and with an encrypted gp3 root volume (the
// account's default EBS key). Their role can join the cluster and pull images,
// nothing else: the network plug-in and the volume driver have roles of their
// own. EKS replaces unhealthy nodes (node repair) and at most a third of the
// group at a time in an upgrade. How many pods fit on a node EKS works out from
// the network add-on's settings when the group is made, so the group must
// depend on what is Ready of the cluster.
//
// With Schedule, the group has no nodes in off-hours.
//
// # Cost
//
// On-demand prices of us-east-1, an hour per node: m6i.large 0.096 USD,
// m6i.xlarge 0.192 USD, g5.xlarge 1.006 USD; spot capacity is usually 60 to 70 %
// cheaper. The root volume is 8 USD a month per 100 GiB, detailed monitoring
// about 2.10 USD a month per node. The presets start two system nodes and one
// CPU node; GPU and spot groups start empty.
//
// # Example
//
//	args := nodegroup.GPU()
//	args.ClusterName = c.Ref().Name
//	args.KubernetesVersion = "1.35"
//	args.SubnetID = net.Ref().PrivateSubnetIDs.Index(pulumi.Int(0))
//	args.Tags = tags
//	group, err := nodegroup.New(ctx, "gpu-a", args, pulumi.DependsOn(c.Ready()))
package nodegroup
