// Package loadbalancercontroller installs the AWS Load Balancer Controller,
// which turns Ingresses of class "alb" and Services of type LoadBalancer into
// AWS load balancers.
//
// It builds one Helm release in kube-system. The controller is free; each load
// balancer it makes costs about 16 USD a month and traffic. Load balancers it
// made block the deletion of the VPC, so remove Ingresses before the stack.
//
// The service account needs an identity with the permissions of Statements:
//
//	identity, err := workloadidentity.New(ctx, "ingress", &workloadidentity.Args{
//		Namespace:      loadbalancercontroller.DefaultNamespace,
//		ServiceAccount: loadbalancercontroller.ServiceAccount,
//		Statements:     loadbalancercontroller.Statements("aws"),
//		...
//	})
//	controller, err := loadbalancercontroller.New(ctx, "ingress", &loadbalancercontroller.Args{
//		ClusterName: cluster.Ref().Name,
//		VPCID:       network.Ref().VPCID,
//		Region:      "eu-west-1",
//		Tags:        tags,
//		DependsOn:   identity.Ready(),
//	})
package loadbalancercontroller
