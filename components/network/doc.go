// Package network builds the VPC that a cluster, its load balancers and its
// databases live in.
//
// One range and a number of zones give every subnet (see spec.Plan): per zone one
// public subnet for load balancers and NAT gateways, one private subnet for
// nodes and pods, and one database subnet that has no route to the internet and
// whose network ACL admits only the private subnets on PostgreSQL's port.
// Around them it makes an internet gateway, NAT gateways, route tables, the S3
// gateway endpoint, optional interface endpoints, a default security group
// without rules, and flow logs in a log group encrypted with its own key.
//
// Public and private subnets keep the VPC's default network ACL, which allows
// everything: security groups and network policies are the filter there, and a
// stateless list would drop replies that arrive on ephemeral ports.
//
// Zones may be appended at any time: existing subnets keep their ranges. Do not
// reorder or remove zones of a network in use, because a subnet's range follows
// the position of its zone.
//
// # Reaching AWS without NAT
//
// spec.NATNone leaves private subnets without a default route. Nodes then need
// interface endpoints: spec.DefaultInterfaceEndpoints plus "eks", "eks-auth" (Pod
// Identity), and what runs on them others, such as "elasticloadbalancing" and
// "autoscaling". Images must come from
// ECR, directly or through a pull-through cache.
//
// # S3 endpoint
//
// Traffic to S3 from private subnets always takes the gateway endpoint. Its
// policy lets this account's principals use S3 and lets anyone read the few AWS
// and Kubernetes buckets that hold image layers and packages, and in us-east-1,
// where they are, those of quay.io and Docker Hub. Buckets of others
// that are read without credentials, such as public data sets, must be named in
// Args.S3ReadBuckets. Database subnets have the route too, but their network ACL
// stops the traffic.
//
// # Cost
//
// Prices are on-demand in us-east-1 and differ by region. A NAT gateway costs
// about 33 USD a month plus 0.045 USD per GB, an interface endpoint about 7 USD a
// month per zone plus 0.01 USD per GB, a KMS key 1 USD a month, and flow logs
// 0.50 USD per GB taken in. The S3 gateway endpoint is free.
//
// # Example
//
//	n, err := network.New(ctx, "mlops", &network.Args{
//		Network:     spec.Network{ZoneCount: 3, NAT: spec.NATPerZone},
//		Region:      "eu-west-1",
//		AccountID:   "111111111111",
//		ClusterName: "mlops-prod",
//	})
//	if err != nil {
//		return err
//	}
//	subnets := n.Ref().PrivateSubnetIDs
package network
