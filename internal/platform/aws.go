package platform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/storageclass"
	"github.com/mlops-iac/mlops/components/cluster"
	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/cluster/systempods"
	"github.com/mlops-iac/mlops/components/cluster/viewers"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/metadatastore/account"
	"github.com/mlops-iac/mlops/components/network"
	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/tenants"
)

// httpsPort is where S3 answers and load balancers listen.
const httpsPort = 443

// awsSubstrate is a cluster of the stack's own on EKS, with the stores of AWS
// beside it.
type awsSubstrate struct {
	*build
	provider pulumi.ProviderResource
	network  network.Ref
	control  cluster.Ref
	stores   awsStores
	accounts *account.Provisioner
	cluster  Cluster
}

// newAWS builds the substrate on AWS: network, cluster with its nodes, and the
// stores beside them.
func (b *build) newAWS(ctx *pulumi.Context) (Substrate, error) {
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
	inCluster, err := newKubernetesProvider(ctx, control.Kubeconfig(), nil)
	if err != nil {
		return nil, err
	}
	opened, err := b.openSystemPods(ctx, control, inCluster)
	if err != nil {
		return nil, err
	}
	nodes, err := b.newNodes(ctx, vpc, control, provider, opened)
	if err != nil {
		return nil, err
	}
	stores, err := b.newStores(ctx, vpc.Ref(), control.Ref(), nodes.roles(), onAWS)
	if err != nil {
		return nil, err
	}
	described, err := b.describeEKS(ctx, vpc.Ref(), control, nodes, stores, inCluster, provider)
	if err != nil {
		return nil, err
	}
	described.Name, described.VPCID = control.Ref().Name, vpc.Ref().VPCID
	if err := b.newBudgets(ctx, onAWS); err != nil {
		return nil, err
	}
	s := &awsSubstrate{build: b, provider: provider, network: vpc.Ref(), control: control.Ref(), stores: stores, cluster: described}
	if s.accounts, err = s.newAccounts(ctx); err != nil {
		return nil, err
	}
	s.export(ctx, control.Kubeconfig(), nodes.refs)
	return s, nil
}

// strict says whether pods are closed until a network policy selects them.
func (b *build) strict() bool {
	return b.settings.Cluster.NetworkPolicyMode == clusterspec.NetworkPolicyStrict
}

// openSystemPods returns what must exist before pods of kube-system can be healthy.
func (b *build) openSystemPods(ctx *pulumi.Context, control *cluster.Cluster, inCluster pulumi.ProviderResource) ([]pulumi.Resource, error) {
	if !b.strict() {
		return nil, nil
	}
	bare := Cluster{Providers: []pulumi.ProviderResource{inCluster}, ControlPlane: control.ControlPlane}
	return systempods.Open(ctx, b.name("system-pods"), bare.options(control.Ready()...)...)
}

// describeEKS describes the cluster to what stands in it, and makes the storage
// class that volumes of everything later use. Ranges of addresses follow from the
// settings, so they are known before the subnets exist; those of S3 are AWS' to say.
func (b *build) describeEKS(
	ctx *pulumi.Context, vpc network.Ref, control *cluster.Cluster, nodes *nodes, stores awsStores, providers ...pulumi.ProviderResource,
) (Cluster, error) {
	layout, err := networkspec.Plan(b.settings.Network.CIDR, len(b.settings.Network.Zones))
	if err != nil {
		return Cluster{}, fmt.Errorf("planning subnets: %w", err)
	}
	bare := Cluster{Providers: providers, ControlPlane: control.ControlPlane, Ready: nodes.ready}
	if len(b.settings.Cluster.ViewerPrincipalARNs) > 0 {
		if err := viewers.New(ctx, b.name("viewers"), append(bare.options(), pulumi.Parent(control))...); err != nil {
			return Cluster{}, err
		}
	}
	volumes, err := storageclass.New(ctx, b.name("storage-class"), &storageclass.Args{NamespaceTag: tags.Tenant}, bare.options()...)
	if err != nil {
		return Cluster{}, err
	}
	return Cluster{
		Providers: providers, ControlPlane: control.ControlPlane, Ready: slices.Concat(nodes.ready, volumes.Ready()),
		StorageClass: storageclass.DefaultName,
		SystemNodes:  scheduling.Labels(scheduling.RoleSystem),
		Placement:    tenant.PlacementRequired,
		OpenPods:     b.strict(),
		// S3 keeps its public addresses behind a gateway endpoint. Which buckets may be used
		// is decided by the tenants' role and by the endpoint's policy.
		ObjectStore:   tenant.Endpoint{Peers: tenant.Peers{Ranges: vpc.S3CIDRs}, Port: httpsPort},
		MetadataStore: tenant.Endpoint{Peers: tenant.Peers{CIDRs: texts(layout.Database)}, Port: metadatastore.Port},
		Buckets: tenant.Buckets{
			Raw: stores.objects.RawBucket, Processed: stores.objects.ProcessedBucket, Models: stores.objects.ModelsBucket,
		},
		// Load balancers send from their own addresses, see awsSubstrate.Ingress.
		IngressController: tenant.Peers{CIDRs: texts(layout.Public)},
	}, nil
}

// Cluster returns the EKS cluster.
func (s *awsSubstrate) Cluster() Cluster { return s.cluster }

// Repository returns the URL of the repository in ECR.
func (s *awsSubstrate) Repository(name string) pulumi.StringInput { return s.repository(name) }

func (s *awsSubstrate) repository(name string) pulumi.StringOutput {
	return s.stores.images.RepositoryURLs.MapIndex(pulumi.String(name))
}

// Image returns the image in ECR. An update that needs one which nobody has pushed
// ends at once, and not when Kubernetes has waited for its pods in vain. A preview
// asks nothing: the image may come later.
func (s *awsSubstrate) Image(ctx *pulumi.Context, image tenants.Image) pulumi.StringInput {
	return s.repository(image.Repository).ApplyT(func(url string) (string, error) {
		reference := image.Reference(url)
		if ctx.DryRun() {
			return reference, nil
		}
		if err := s.findImage(ctx, url, image); err != nil {
			return "", fmt.Errorf("image %s cannot be used; if nobody has pushed it, push it and run the update again: %w", reference, err)
		}
		return reference, nil
	}).(pulumi.StringOutput)
}

// findImage asks ECR for an image by its digest, or else by its tag. It is one of the
// two questions to the cloud (docs/adr/0002), and no plan depends on the answer.
func (s *awsSubstrate) findImage(ctx *pulumi.Context, url string, image tenants.Image) error {
	_, repository, _ := strings.Cut(url, "/")
	wanted := &ecr.GetImageArgs{RepositoryName: repository} //nolint:forbidigo // see above
	if image.Digest != "" {
		wanted.ImageDigest = &image.Digest
	} else {
		wanted.ImageTag = &image.Tag
	}
	_, err := ecr.GetImage(ctx, wanted, pulumi.Provider(s.provider)) //nolint:forbidigo // see above
	return err
}

// TenantAccess gives a tenant a role and a database of its own, and its pods the one
// IAM role that all tenants share. With it they get tokens for their own role only.
func (s *awsSubstrate) TenantAccess(ctx *pulumi.Context, name string) (Access, error) {
	own, err := account.New(ctx, s.name("tenant", name, "metadata"), &account.Args{
		Provisioner: s.accounts.Ref(), Tenant: name,
	}, s.cluster.options(s.accounts.Ready()...)...)
	if err != nil {
		return Access{}, err
	}
	store := s.stores.metadata
	return Access{
		Identity:    &tenant.Identity{ClusterName: s.control.Name, RoleARN: s.stores.tenants.RoleARN, Tags: s.tags},
		Env:         databaseVariables(store.Host, metadatastore.Port, own.Ref().User, own.Ref().Database),
		Credentials: &tenant.Credentials{Files: pulumi.StringMap{metadataStoreCA: store.CACertificate}},
		Ready:       own.Ready(),
	}, nil
}

// newAccounts makes what makes the accounts of tenants in the metadata store. Its
// role in AWS goes before the cluster does.
func (s *awsSubstrate) newAccounts(ctx *pulumi.Context) (*account.Provisioner, error) {
	provisioner, err := account.NewProvisioner(ctx, s.name("metadata", "accounts"), &account.ProvisionerArgs{
		Store: s.stores.metadata, ClusterName: s.control.Name, ClusterARN: s.control.ARN,
		AccountID: s.settings.AWS.AccountID, Region: s.settings.AWS.Region, Partition: string(s.settings.AWS.Partition),
		DatabaseCIDRs: s.cluster.MetadataStore.Peers.CIDRs, NodeSelector: s.cluster.SystemNodes, Tags: s.tags,
	}, s.cluster.drainedOptions()...)
	if err != nil {
		return nil, err
	}
	return provisioner, nil
}

// PodIdentity gives a service account an IAM role of its own.
func (s *awsSubstrate) PodIdentity(ctx *pulumi.Context, account serviceAccount) ([]pulumi.Resource, error) {
	identity, err := workloadidentity.New(ctx, s.name(account.resource), &workloadidentity.Args{
		ClusterName: s.control.Name, ClusterARN: s.control.ARN, AccountID: s.settings.AWS.AccountID,
		Namespace: account.namespace, ServiceAccount: account.name, Statements: account.statements, Tags: s.tags,
	}, pulumi.Providers(s.provider))
	if err != nil {
		return nil, err
	}
	return identity.Ready(), nil
}

// checkNeedsOfAWS checks that the stack makes the nodes and the controller a
// tenant needs, and that its people can log in.
func checkNeedsOfAWS(s settings.Platform, t tenants.Tenant, path *field.Path) field.ErrorList {
	var list field.ErrorList
	if t.Ingress.Enabled && !s.Addons.LoadBalancerController.Enabled {
		list = append(list, field.Invalid(path.Child("ingress", "enabled"), true,
			"needs addons.loadBalancerController.enabled in the stack"))
	}
	list = append(list, checkStoreVariables(s, path, t, databaseVariables(nil, metadatastore.Port, nil, nil))...)
	list = append(list, checkBudget(s, t, path)...)
	list = append(list, checkPeople(s, t.People, path.Child("people"))...)
	if !t.Training.Enabled {
		return list
	}
	training := path.Child("training")
	if t.Training.GPUs > 0 && !hasRole(s, scheduling.RoleGPU) {
		list = append(list, field.Invalid(training.Child("gpus"), t.Training.GPUs, "needs a node group of role gpu in the stack"))
	}
	if t.Training.GPUs == 0 && t.Training.Spot && !hasRole(s, scheduling.RoleSpot) {
		list = append(list, field.Invalid(training.Child("spot"), true, "needs a node group of role spot in the stack"))
	}
	if t.Training.GPUs == 0 && !t.Training.Spot {
		list = append(list, checkZones(s, training)...)
	}
	return list
}

// checkZones is about training on the groups for everything else. Its checkpoints are on
// a volume, which stays in one zone: a group of several zones that may be without nodes
// need not get its next one there.
func checkZones(s settings.Platform, training *field.Path) field.ErrorList {
	var list field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(s.NodeGroups)) {
		group := s.NodeGroups[name]
		if group.Role == scheduling.RoleCPU && group.MinSize == 0 && group.Zone == "" && len(s.Network.Zones) > 1 {
			list = append(list, field.Invalid(training.Child("spot"), false, fmt.Sprintf(
				"its checkpoints are on a volume of one zone, and nodeGroups[%s] may be without nodes in several: set nodeGroups[%s].zone, or a minSize", name, name)))
		}
	}
	return list
}

func hasRole(s settings.Platform, role scheduling.Role) bool {
	for _, group := range s.NodeGroups {
		if group.Role == role {
			return true
		}
	}
	return false
}
