package platform

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/storageclass"
	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// httpsPort is where S3 answers and load balancers listen.
const httpsPort = 443

// amazon is what the parts of the platform on AWS know of each other.
type amazon struct {
	provider pulumi.ProviderResource
	network  network.Ref
	cluster  cluster.Ref
	images   registry.Ref
	objects  objectstore.Ref
	metadata metadatastore.Ref
	// nodeRoles are the roles of the nodes, which pull the images.
	nodeRoles []pulumi.StringInput
	// tenants is the one role all tenants share; their session tags keep them apart.
	tenants workloadidentity.Ref
	// logs is nil where logs are off, and tenantLogs are the tenants' log groups.
	logs       *logging.Logging
	tenantLogs []pulumi.StringInput
}

// newAWS builds the substrate on AWS: network, cluster with its nodes, and the
// stores beside them.
func (b *build) newAWS(ctx *pulumi.Context) (*Substrate, error) {
	provider, err := b.newAWSProvider(ctx)
	if err != nil {
		return nil, err
	}
	onAWS := pulumi.Providers(provider)
	vpc, err := b.newNetwork(ctx, onAWS)
	if err != nil {
		return nil, err
	}
	control, err := b.newCluster(ctx, vpc, onAWS)
	if err != nil {
		return nil, err
	}
	nodes, err := b.newNodes(ctx, vpc, control, onAWS)
	if err != nil {
		return nil, err
	}
	inCluster, err := newKubernetesProvider(ctx, control.Kubeconfig(), nil)
	if err != nil {
		return nil, err
	}
	on := &amazon{provider: provider, network: vpc.Ref(), cluster: control.Ref(), nodeRoles: nodes.roles()}
	if err := b.newStores(ctx, on, onAWS); err != nil {
		return nil, err
	}
	s, err := b.standOn(on)
	if err != nil {
		return nil, err
	}
	s.Providers = []pulumi.ProviderResource{inCluster, provider}
	s.ControlPlane, s.Ready = control.ControlPlane, nodes.ready
	if err := b.newAWSAddons(ctx, on, s); err != nil {
		return nil, err
	}
	if err := b.newBudgets(ctx, onAWS); err != nil {
		return nil, err
	}
	on.export(ctx, control.Kubeconfig(), nodes.refs)
	return s, nil
}

// standOn describes AWS to what stands on it. Ranges of addresses follow from
// the settings, so they are known before the subnets exist.
func (b *build) standOn(on *amazon) (*Substrate, error) {
	layout, err := network.Plan(b.settings.Network.CIDR, len(b.settings.Network.Zones))
	if err != nil {
		return nil, fmt.Errorf("planning subnets: %w", err)
	}
	return &Substrate{
		StorageClass:  storageclass.DefaultName,
		SystemNodes:   scheduling.Labels(scheduling.RoleSystem),
		Placement:     tenant.PlacementRequired,
		ObjectStore:   tenant.Endpoint{Peers: s3Peers(), Port: httpsPort},
		MetadataStore: tenant.Endpoint{Peers: tenant.Peers{CIDRs: texts(layout.Database)}, Port: metadatastore.Port},
		Buckets: tenant.Buckets{
			Raw: on.objects.RawBucket, Processed: on.objects.ProcessedBucket, Models: on.objects.ModelsBucket,
		},
		// Load balancers send from the public subnets. Private ones would let
		// every pod in.
		IngressController: tenant.Peers{CIDRs: texts(layout.Public)},
		RepositoryURL: func(repository string) pulumi.StringInput {
			return on.images.RepositoryURLs.MapIndex(pulumi.String(repository))
		},
		Publish: publishThroughALB,
		Admit: func(ctx *pulumi.Context, name string) (Access, error) {
			identity := &tenant.Identity{ClusterName: on.cluster.Name, RoleARN: on.tenants.RoleARN, Tags: b.tags}
			logs, err := b.keepLogs(ctx, on, name)
			return Access{Identity: identity, OwnLogs: len(logs) > 0, Ready: logs}, err
		},
		Identify: func(ctx *pulumi.Context, account account) ([]pulumi.Resource, error) {
			return b.newIdentity(ctx, on, account)
		},
		Collect: func(ctx *pulumi.Context, s *Substrate, _ *monitoring.Monitoring) (logSink, error) {
			return b.collectInCloudWatch(ctx, on, s)
		},
		SaveQueries: func(ctx *pulumi.Context) error { return b.saveQueries(ctx, on) },
	}, nil
}

// newIdentity gives one service account of the platform its own IAM role.
func (b *build) newIdentity(ctx *pulumi.Context, on *amazon, account account) ([]pulumi.Resource, error) {
	identity, err := workloadidentity.New(ctx, b.name(account.name), &workloadidentity.Args{
		ClusterName: on.cluster.Name, ClusterARN: on.cluster.ARN, AccountID: b.settings.AWS.AccountID,
		Namespace: account.namespace, ServiceAccount: account.serviceAccount, Statements: account.statements, Tags: b.tags,
	}, pulumi.Providers(on.provider))
	if err != nil {
		return nil, err
	}
	return identity.Ready(), nil
}

// s3Peers are the addresses of S3. A gateway endpoint keeps S3's public
// addresses, which change, so every public address is open on one port; what
// lies inside the VPC, other tenants above all, stays closed. Which buckets may
// be used is decided by the tenants' role and by the endpoint's policy.
func s3Peers() tenant.Peers {
	return tenant.Peers{CIDRs: []string{"0.0.0.0/0"}, ExceptCIDRs: privateRanges()}
}

// privateRanges are the addresses that never belong to the public internet:
// RFC 1918, RFC 6598 (shared), RFC 3927 (link-local, which holds the instance
// metadata) and RFC 1122 (loopback).
func privateRanges() []string {
	return []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"}
}

// publishThroughALB publishes a host through an AWS load balancer that sends
// straight to the pods and takes its certificate from ACM by the host name.
func publishThroughALB(host string) *tenant.Ingress {
	return &tenant.Ingress{
		Host: host, ClassName: "alb",
		Annotations: map[string]string{
			"alb.ingress.kubernetes.io/scheme":           "internet-facing",
			"alb.ingress.kubernetes.io/target-type":      "ip",
			"alb.ingress.kubernetes.io/listen-ports":     fmt.Sprintf(`[{"HTTPS":%d}]`, httpsPort),
			"alb.ingress.kubernetes.io/ssl-policy":       "ELBSecurityPolicy-TLS13-1-2-2021-06",
			"alb.ingress.kubernetes.io/healthcheck-path": "/ready",
		},
	}
}

// fitAWS checks that the stack makes the nodes and the controller a tenant needs.
func fitAWS(s settings.Platform, t tenants.Tenant, path *field.Path) field.ErrorList {
	var list field.ErrorList
	if t.Ingress.Enabled && !s.Addons.LoadBalancerController.Enabled {
		list = append(list, field.Invalid(path.Child("ingress", "enabled"), true,
			"needs addons.loadBalancerController.enabled in the stack"))
	}
	list = append(list, fitBudget(s, t, path)...)
	if !t.Training.Enabled {
		return list
	}
	training := path.Child("training")
	if t.Training.GPUs > 0 && !hasRole(s, settings.RoleGPU) {
		list = append(list, field.Invalid(training.Child("gpus"), t.Training.GPUs, "needs a node group of role gpu in the stack"))
	}
	if t.Training.GPUs == 0 && t.Training.Spot && !hasRole(s, settings.RoleSpot) {
		list = append(list, field.Invalid(training.Child("spot"), true, "needs a node group of role spot in the stack"))
	}
	return list
}

func hasRole(s settings.Platform, role settings.Role) bool {
	for _, group := range s.NodeGroups {
		if group.Role == role {
			return true
		}
	}
	return false
}
