// Package clusterautoscaler installs the Kubernetes cluster autoscaler, which
// grows and shrinks the cluster's node groups with the pods that need them.
//
// It builds one Helm release in kube-system. The auto-scaling groups are found
// by the tags EKS puts on every managed node group of the cluster, so no group
// is listed. The pod itself costs next to nothing; what it starts does.
//
// The service account needs an identity with the permissions of Statements:
//
//	identity, err := workloadidentity.New(ctx, "autoscaler", &workloadidentity.Args{
//		Namespace:      clusterautoscaler.DefaultNamespace,
//		ServiceAccount: clusterautoscaler.ServiceAccount,
//		Statements:     clusterautoscaler.Statements("aws", cluster.Ref().Name),
//		...
//	})
//	scaler, err := clusterautoscaler.New(ctx, "autoscaler", &clusterautoscaler.Args{
//		ClusterName: cluster.Ref().Name,
//		Region:      "eu-west-1",
//		DependsOn:   identity.Ready(),
//	})
package clusterautoscaler
