package account

import (
	_ "embed" // scripts
	"fmt"
	"strconv"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/workloadidentity"
)

var (
	//go:embed secret.sh
	secretScript string
	//go:embed account.sh
	accountScript string
)

// Account is the role and the database of one tenant.
type Account struct {
	pulumi.ResourceState

	// The outputs, as in AccountRef.
	User     pulumi.StringOutput `pulumi:"user"`
	Database pulumi.StringOutput `pulumi:"database"`

	ref AccountRef
	job *batchv1.Job
}

// New makes the role and the database of a tenant. The Kubernetes provider is
// inherited from opts; they must make it wait for the Provisioner.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Account, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("metadata store account %q: %w", name, err)
	}
	a := &Account{}
	inputs := pulumi.Map{
		"tenant": pulumi.String(in.Tenant), "host": in.Provisioner.Host, "connections": pulumi.Int(in.Connections),
	}
	if err := ctx.RegisterComponentResourceV2(Token, name, inputs, a, opts...); err != nil {
		return nil, err
	}
	var err error
	if a.job, err = in.run(ctx, name, a); err != nil {
		return nil, fmt.Errorf("metadata store account %q: %w", name, err)
	}
	user := pulumi.String(workloadidentity.TenantDatabaseUser(in.Tenant)).ToStringOutput()
	a.ref = AccountRef{User: user, Database: user}
	return a, contract.Register(ctx, a, a.ref)
}

// Ref returns the names.
func (a *Account) Ref() AccountRef { return a.ref }

// Ready returns what must exist before the account can be used. Depend on these and
// not on the component.
func (a *Account) Ready() []pulumi.Resource { return []pulumi.Resource{a.job} }

func (a *Args) run(ctx *pulumi.Context, name string, parent pulumi.Resource) (*batchv1.Job, error) {
	from := a.Provisioner
	port := pulumi.Sprintf("%d", from.Port)
	return datastore.Run(ctx, name+"-job", datastore.Job{
		Parent: parent, App: app, Namespace: from.Namespace, Image: from.Image,
		Name: "account-" + a.Tenant, Tenant: a.Tenant, Script: accountScript,
		Before: &datastore.Before{Image: from.CLIImage, Script: secretScript, Env: map[string]pulumi.StringInput{
			"AWS_REGION": from.Region, "MASTER_SECRET": from.SecretARN, "MASTER_USER": from.Username, "PGHOST": from.Host, "PGPORT": port,
		}},
		Env: map[string]pulumi.StringInput{
			"PGHOST":             from.Host,
			"PGPORT":             port,
			"PGDATABASE":         from.Database,
			"PGSSLMODE":          pulumi.String("verify-full"),
			"PGCONNECT_TIMEOUT":  pulumi.String("5"),
			"CA_CERTIFICATE":     from.CACertificate,
			"TENANT_USER":        pulumi.String(workloadidentity.TenantDatabaseUser(a.Tenant)),
			"TENANT_CONNECTIONS": pulumi.String(strconv.Itoa(a.Connections)),
		},
		// A database that takes the place of another has no accounts.
		Rotation:     from.ResourceID,
		NodeSelector: from.NodeSelector,
	})
}
