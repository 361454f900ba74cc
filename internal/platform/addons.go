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
	s.Ready = append(s.Ready, volumes.Ready()...)
	for _, addon := range []struct {
		enabled bool
		install func(*pulumi.Context, *Substrate) error
	}{
		{b.settings.Addons.ClusterAutoscaler.Enabled, b.newAutoscaler},
		{b.settings.Addons.LoadBalancerController.Enabled, b.newLoadBalancers},
		{b.settings.Addons.NVIDIADevicePlugin.Enabled, b.newDevicePlugin},
	} {
		if !addon.enabled {
			continue
		}
		if err := addon.install(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (b *build) newAutoscaler(ctx *pulumi.Context, s *Substrate) error {
	statements := clusterautoscaler.Statements(string(b.settings.AWS.Partition), s.Cluster.Name)
	identity, err := b.newIdentity(ctx, s, "autoscaler", clusterautoscaler.DefaultNamespace, clusterautoscaler.ServiceAccount, statements)
	if err != nil {
		return err
	}
	_, err = clusterautoscaler.New(ctx, b.name("cluster-autoscaler"), &clusterautoscaler.Args{
		ClusterName: s.Cluster.Name, Region: b.settings.AWS.Region,
		NodeSelector: scheduling.Labels(scheduling.RoleSystem), DependsOn: identity,
	}, s.inside(identity...)...)
	return err
}

// newLoadBalancers installs the controller that makes load balancers. It is
// taken apart before the cluster goes: it must remove the load balancers, which
// would otherwise keep the VPC from being deleted.
func (b *build) newLoadBalancers(ctx *pulumi.Context, s *Substrate) error {
	statements := loadbalancercontroller.Statements(string(b.settings.AWS.Partition))
	identity, err := b.newIdentity(ctx, s, "load-balancers", loadbalancercontroller.DefaultNamespace, loadbalancercontroller.ServiceAccount, statements)
	if err != nil {
		return err
	}
	controller, err := loadbalancercontroller.New(ctx, b.name("load-balancer-controller"), &loadbalancercontroller.Args{
		ClusterName: s.Cluster.Name, VPCID: s.Network.VPCID, Region: b.settings.AWS.Region, Tags: b.tags,
		NodeSelector: scheduling.Labels(scheduling.RoleSystem), DependsOn: identity,
	}, s.attended(identity...)...)
	if err != nil {
		return err
	}
	s.Ingress = controller.Ready()
	return nil
}

func (b *build) newDevicePlugin(ctx *pulumi.Context, s *Substrate) error {
	_, err := nvidiadeviceplugin.New(ctx, b.name("nvidia-device-plugin"), nil, s.inside()...)
	return err
}

// newIdentity gives one service account of the platform its own IAM role. It
// returns what the pods of that account must wait for.
func (b *build) newIdentity(ctx *pulumi.Context, s *Substrate, name, namespace, account string, statements []iampolicy.Statement) ([]pulumi.Resource, error) {
	identity, err := workloadidentity.New(ctx, b.name(name), &workloadidentity.Args{
		ClusterName: s.Cluster.Name, ClusterARN: s.Cluster.ARN, AccountID: b.settings.AWS.AccountID,
		Namespace: namespace, ServiceAccount: account, Statements: statements, Tags: b.tags,
	}, pulumi.Providers(s.AWS))
	if err != nil {
		return nil, err
	}
	return identity.Ready(), nil
}
