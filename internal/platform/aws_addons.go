package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/addons/storageclass"
	"github.com/mlops-iac/mlops/internal/tags"
)

// newAWSAddons installs what a cluster on AWS needs to be used like any other.
// The default storage class comes first: volumes of everything later use it.
func (b *build) newAWSAddons(ctx *pulumi.Context, on *amazon, s *Substrate) error {
	volumes, err := storageclass.New(ctx, b.name("storage-class"), &storageclass.Args{NamespaceTag: tags.Tenant}, s.inside()...)
	if err != nil {
		return err
	}
	s.Ready = append(s.Ready, volumes.Ready()...)
	if b.settings.Addons.ClusterAutoscaler.Enabled {
		if err := b.newAutoscaler(ctx, on, s); err != nil {
			return err
		}
	}
	if b.settings.Addons.LoadBalancerController.Enabled {
		return b.newLoadBalancers(ctx, on, s)
	}
	return nil
}

func (b *build) newAutoscaler(ctx *pulumi.Context, on *amazon, s *Substrate) error {
	identity, err := s.Identify(ctx, account{
		"autoscaler", clusterautoscaler.DefaultNamespace, clusterautoscaler.ServiceAccount,
		clusterautoscaler.Statements(string(b.settings.AWS.Partition), on.cluster.Name),
	})
	if err != nil {
		return err
	}
	_, err = clusterautoscaler.New(ctx, b.name("cluster-autoscaler"), &clusterautoscaler.Args{
		ClusterName: on.cluster.Name, Region: b.settings.AWS.Region,
		NodeSelector: s.SystemNodes, DependsOn: identity,
	}, s.inside(identity...)...)
	return err
}

// newLoadBalancers installs the controller that makes load balancers. It is
// taken apart before the cluster goes: it must remove the load balancers, which
// would otherwise keep the VPC from being deleted.
func (b *build) newLoadBalancers(ctx *pulumi.Context, on *amazon, s *Substrate) error {
	identity, err := s.Identify(ctx, account{
		"load-balancers", loadbalancercontroller.DefaultNamespace, loadbalancercontroller.ServiceAccount,
		loadbalancercontroller.Statements(string(b.settings.AWS.Partition)),
	})
	if err != nil {
		return err
	}
	controller, err := loadbalancercontroller.New(ctx, b.name("load-balancer-controller"), &loadbalancercontroller.Args{
		ClusterName: on.cluster.Name, VPCID: on.network.VPCID, Region: b.settings.AWS.Region, Tags: b.tags,
		NodeSelector: s.SystemNodes, DependsOn: identity,
	}, s.attended(identity...)...)
	if err != nil {
		return err
	}
	s.Ingress = controller.Ready()
	return nil
}
