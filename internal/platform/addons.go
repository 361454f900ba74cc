package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/addons/nvidiadeviceplugin"
	"github.com/mlops-iac/mlops/components/addons/storageclass"
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/workloadidentity"
)

// newAddons installs what the cluster itself needs. The default storage class
// comes first: volumes of everything later use it.
func (b *build) newAddons(ctx *pulumi.Context, s *Substrate) error {
	volumes, err := storageclass.New(ctx, b.name("storage-class"), nil, s.inside()...)
	if err != nil {
		return err
	}
	b.keep(volumes)
	s.Ready = append(s.Ready, volumes.Class)
	for _, addon := range []struct {
		enabled bool
		install func(*pulumi.Context, *Substrate) (pulumi.Resource, error)
	}{
		{b.settings.Addons.ClusterAutoscaler.Enabled, b.newAutoscaler},
		{b.settings.Addons.LoadBalancerController.Enabled, b.newLoadBalancers},
		{b.settings.Addons.NVIDIADevicePlugin.Enabled, b.newDevicePlugin},
	} {
		if !addon.enabled {
			continue
		}
		installed, err := addon.install(ctx, s)
		if err != nil {
			return err
		}
		b.keep(installed)
	}
	return nil
}

func (b *build) newAutoscaler(ctx *pulumi.Context, s *Substrate) (pulumi.Resource, error) {
	statements := clusterautoscaler.Statements(string(b.settings.AWS.Partition), s.Cluster.Name)
	identity, err := b.newIdentity(ctx, s, "autoscaler", clusterautoscaler.DefaultNamespace, clusterautoscaler.ServiceAccount, statements)
	if err != nil {
		return nil, err
	}
	return clusterautoscaler.New(ctx, b.name("cluster-autoscaler"), &clusterautoscaler.Args{
		ClusterName: s.Cluster.Name, Region: b.settings.AWS.Region,
		NodeSelector: scheduling.Labels(scheduling.RoleSystem), DependsOn: identity.Ready(),
	}, s.inside(identity.Ready()...)...)
}

// newLoadBalancers installs the controller that makes load balancers. It is
// taken apart before the cluster goes: it must remove the load balancers, which
// would otherwise keep the VPC from being deleted.
func (b *build) newLoadBalancers(ctx *pulumi.Context, s *Substrate) (pulumi.Resource, error) {
	statements := loadbalancercontroller.Statements(string(b.settings.AWS.Partition))
	identity, err := b.newIdentity(ctx, s, "load-balancers", loadbalancercontroller.DefaultNamespace, loadbalancercontroller.ServiceAccount, statements)
	if err != nil {
		return nil, err
	}
	controller, err := loadbalancercontroller.New(ctx, b.name("load-balancer-controller"), &loadbalancercontroller.Args{
		ClusterName: s.Cluster.Name, VPCID: s.Network.VPCID, Region: b.settings.AWS.Region, Tags: b.tags,
		NodeSelector: scheduling.Labels(scheduling.RoleSystem), DependsOn: identity.Ready(),
	}, s.attended(identity.Ready()...)...)
	if err != nil {
		return nil, err
	}
	s.Ingress = controller.Release
	return controller, nil
}

func (b *build) newDevicePlugin(ctx *pulumi.Context, s *Substrate) (pulumi.Resource, error) {
	return nvidiadeviceplugin.New(ctx, b.name("nvidia-device-plugin"), nil, s.inside()...)
}

// newIdentity gives one service account of the platform its own IAM role.
func (b *build) newIdentity(ctx *pulumi.Context, s *Substrate, name, namespace, account string, statements []iampolicy.Statement) (*workloadidentity.WorkloadIdentity, error) {
	identity, err := workloadidentity.New(ctx, b.name(name), &workloadidentity.Args{
		ClusterName: s.Cluster.Name, ClusterARN: s.Cluster.ARN, AccountID: b.settings.AWS.AccountID,
		Namespace: namespace, ServiceAccount: account, Statements: statements, Tags: b.tags,
	}, pulumi.Providers(s.AWS))
	if err != nil {
		return nil, err
	}
	b.keep(identity)
	return identity, nil
}
