// Package nodegroup builds one EKS managed node group: an IAM role, a launch
// template, the group, and for groups that scale to zero the tags from which
// the cluster autoscaler learns what their nodes would look like.
//
// What a stack file can say of a group stands in package spec with its defaults,
// which follow from the role, and its rules. Labels and taints come from package
// scheduling, which workloads select and tolerate by.
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
// How many nodes there are is the autoscaler's affair once the group exists. EKS
// takes changed bounds only together with a number; AskSizes finds that of the
// nodes that run, for Args.Running.
//
// A changed tag replaces no node: the launch template carries only the tags that
// never change, and instances get the others from their Auto Scaling group.
//
// # Cost
//
// On-demand prices of us-east-1, an hour per node: m6i.large 0.096 USD,
// m6i.xlarge 0.192 USD, g5.xlarge 1.006 USD; spot capacity is usually 60 to 70 %
// cheaper. The root volume is 8 USD a month per 100 GiB, detailed monitoring
// about 2.10 USD a month per node. By default there are two system nodes and one
// CPU node; GPU and spot groups start empty.
//
// # Example
//
//	group, err := nodegroup.New(ctx, "gpu-a", &nodegroup.Args{
//		NodeGroup:         spec.NodeGroup{Role: scheduling.RoleGPU, MaxSize: 2},
//		ClusterName:       c.Ref().Name,
//		KubernetesVersion: "1.35",
//		SubnetIDs:         net.Ref().PrivateSubnetIDs,
//		Zones:             []string{"eu-west-1a", "eu-west-1b"},
//		Tags:              tags,
//	}, pulumi.DependsOn(c.Ready()))
package nodegroup
