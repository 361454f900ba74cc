package account

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Provisioner is where the accounts of a metadata store are made.
type Provisioner struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Namespace     pulumi.StringOutput    `pulumi:"namespace"`
	Host          pulumi.StringOutput    `pulumi:"host"`
	Port          pulumi.IntOutput       `pulumi:"port"`
	Database      pulumi.StringOutput    `pulumi:"database"`
	Username      pulumi.StringOutput    `pulumi:"username"`
	SecretARN     pulumi.StringOutput    `pulumi:"secretArn"`
	ResourceID    pulumi.StringOutput    `pulumi:"resourceId"`
	CACertificate pulumi.StringOutput    `pulumi:"caCertificate"`
	Region        pulumi.StringOutput    `pulumi:"region"`
	Image         pulumi.StringOutput    `pulumi:"image"`
	CLIImage      pulumi.StringOutput    `pulumi:"cliImage"`
	NodeSelector  pulumi.StringMapOutput `pulumi:"nodeSelector"`

	ref   Ref
	ready []pulumi.Resource
}

// NewProvisioner builds a Provisioner. The providers of AWS and Kubernetes are
// inherited from opts. Every error of args is reported in one error.
func NewProvisioner(ctx *pulumi.Context, name string, args *ProvisionerArgs, opts ...pulumi.ResourceOption) (*Provisioner, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("metadata store provisioner %q: %w", name, err)
	}
	p := &Provisioner{}
	if err := ctx.RegisterComponentResourceV2(ProvisionerToken, name, in.inputs(), p, opts...); err != nil {
		return nil, err
	}
	if err := p.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("metadata store provisioner %q: %w", name, err)
	}
	return p, contract.Register(ctx, p, p.ref)
}

// Ref returns what accounts need to know.
func (p *Provisioner) Ref() Ref { return p.ref }

// Ready returns what must exist before the first account. Depend on these and not
// on the component, whose children the SDK registers in the background.
func (p *Provisioner) Ready() []pulumi.Resource { return slices.Clone(p.ready) }

func (p *Provisioner) create(ctx *pulumi.Context, name string, in *ProvisionerArgs) error {
	around, err := datastore.NewProvisioning(ctx, name, datastore.Args{Parent: p, App: app, Namespace: in.Namespace},
		datastore.WayTo(metadatastore.Port, in.DatabaseCIDRs...),
		datastore.WayTo(netpolicy.PodIdentityPort, netpolicy.PodIdentityCIDR),
		datastore.WayTo(httpsPort, everywhere),
	)
	if err != nil {
		return err
	}
	identity, err := workloadidentity.New(ctx, name+"-identity", &workloadidentity.Args{
		ClusterName: in.ClusterName, ClusterARN: in.ClusterARN, AccountID: in.AccountID,
		Namespace: in.Namespace, ServiceAccount: app, Statements: statements(in), Tags: in.Tags,
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	p.ready = append(around.Ready(), identity.Ready()...)
	p.ref = Ref{
		Namespace: around.Namespace(),
		Host:      in.Store.Host, Port: in.Store.Port, Database: in.Store.Database, Username: in.Store.Username,
		SecretARN: in.Store.SecretARN, ResourceID: in.Store.ResourceID, CACertificate: in.Store.CACertificate,
		Region:       pulumi.String(in.Region).ToStringOutput(),
		Image:        pulumi.String(in.Image).ToStringOutput(),
		CLIImage:     pulumi.String(in.CLIImage).ToStringOutput(),
		NodeSelector: pulumi.ToStringMap(in.NodeSelector).ToStringMapOutput(),
	}
	return nil
}

// statements let the jobs read the one secret, and log in as the user it names.
func statements(in *ProvisionerArgs) []iampolicy.Statement {
	return []iampolicy.Statement{
		{
			Sid:       "ReadMasterSecret",
			Actions:   []string{"secretsmanager:GetSecretValue"},
			Resources: []pulumi.StringInput{in.Store.SecretARN},
		},
		{
			Sid:       "UseKeyThroughSecretsManager",
			Actions:   []string{"kms:Decrypt"},
			Resources: []pulumi.StringInput{in.Store.KeyARN},
			Conditions: iampolicy.Conditions{
				"StringEquals": {"kms:ViaService": iampolicy.Strings(awsenv.Host("secretsmanager", in.Region))},
			},
		},
		{
			Sid:     "ConnectAsMaster",
			Actions: []string{"rds-db:connect"},
			Resources: []pulumi.StringInput{
				pulumi.Sprintf("%s:%s/%s", in.place().ARN("rds-db", "dbuser"), in.Store.ResourceID, in.Store.Username),
			},
		},
	}
}
