// Package workloadidentity gives pods an AWS identity: an IAM role, its trust
// policy and the association with a service account, without any key in the
// cluster. IAM costs nothing.
//
// The default is EKS Pod Identity. A role is trusted for one service account in
// one namespace of one cluster; the association names the same pair.
//
//	id, err := workloadidentity.New(ctx, "mlops-dev-loki", &workloadidentity.Args{
//		ClusterName:    cluster.Ref().Name,
//		Namespace:      "monitoring",
//		ServiceAccount: "loki",
//		AccountID:      "111111111111",
//		Statements:     []iampolicy.Statement{ ... },
//	})
//
// A shared role serves many service accounts: EKS tags every session with the
// namespace of the pod, and TenantStatements admits each session to the prefix
// and the database user of its own namespace only. So the number of roles and
// policies does not grow with the number of tenants; each tenant adds one
// association.
//
//	shared, err := workloadidentity.New(ctx, "mlops-dev-tenants", &workloadidentity.Args{
//		ClusterName: cluster.Ref().Name,
//		Shared:      true,
//		AccountID:   "111111111111",
//		Statements:  workloadidentity.TenantStatements(access),
//	})
//	_, err = workloadidentity.Associate(ctx, "team-a", &workloadidentity.AssociationArgs{
//		ClusterName:    cluster.Ref().Name,
//		Namespace:      "team-a",
//		ServiceAccount: "inference",
//		RoleARN:        shared.Ref().RoleARN,
//	})
//
// Whoever may create associations with a shared role decides who its tenants
// are: the trust policy admits every namespace of the cluster.
//
// ModeIRSA trusts the cluster's OIDC provider instead, for pods where the Pod
// Identity agent cannot run, such as those on Fargate.
package workloadidentity
