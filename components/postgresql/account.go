package postgresql

import (
	"fmt"
	"strconv"
	"strings"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/pods"
)

// Keys of the Secret of an account. The database is called like the user.
const (
	userKey     = "user"
	passwordKey = "password"
)

// Account is the role and the database of one tenant.
type Account struct {
	pulumi.ResourceState

	// The outputs, as in AccountRef.
	User     pulumi.StringOutput `pulumi:"user"`
	Password pulumi.StringOutput `pulumi:"password"`
	Database pulumi.StringOutput `pulumi:"database"`

	ref    AccountRef
	secret *credential.Secret
	job    *batchv1.Job
}

// NewAccount makes the role and the database of a tenant in a Server. The
// Kubernetes provider is inherited from opts.
func NewAccount(ctx *pulumi.Context, name string, args *AccountArgs, opts ...pulumi.ResourceOption) (*Account, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("postgresql account %q: %w", name, err)
	}
	a := &Account{}
	inputs := pulumi.Map{
		"tenant": pulumi.String(in.Tenant), "host": in.Store.Host, "connections": pulumi.Int(in.Connections),
	}
	if err := ctx.RegisterComponentResourceV2(AccountToken, name, inputs, a, opts...); err != nil {
		return nil, err
	}
	if err := a.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("postgresql account %q: %w", name, err)
	}
	return a, contract.Register(ctx, a, a.ref)
}

// Ref returns the credential.
func (a *Account) Ref() AccountRef { return a.ref }

// Ready returns what must exist before the credential works. Depend on these
// and not on the component.
func (a *Account) Ready() []pulumi.Resource { return []pulumi.Resource{a.secret.Resource, a.job} }

func (a *Account) create(ctx *pulumi.Context, name string, in *AccountArgs) (err error) {
	a.secret, err = credential.New(ctx, name+"-secret",
		datastore.AccountMeta(app, in.Store.Namespace, in.Tenant), map[string]string{
			userKey:     RoleName(in.Tenant),
			passwordKey: credential.Password(),
		}, options.Child(a)...)
	if err != nil {
		return err
	}
	admin := pulumi.String(adminSecret)
	a.job, err = datastore.Run(ctx, name+"-job", datastore.Job{
		Parent: a, App: app, Namespace: in.Store.Namespace, Image: in.Store.Image,
		Name: "account-" + in.Tenant, Tenant: in.Tenant, Script: accountScript,
		Env: map[string]pulumi.StringInput{
			"PGHOST":             in.Store.Host,
			"PGPORT":             pulumi.Sprintf("%d", in.Store.Port),
			"PGDATABASE":         pulumi.String(adminUser),
			"PGSSLMODE":          pulumi.String("verify-full"),
			"PGSSLROOTCERT":      pulumi.String(datastore.AuthorityPath),
			"PGCONNECT_TIMEOUT":  pulumi.String("5"),
			"TENANT_CONNECTIONS": pulumi.String(strconv.Itoa(in.Connections)),
		},
		Secrets: corev1.EnvVarArray{
			pods.FromSecret("PGUSER", admin, datastore.UserKey),
			pods.FromSecret("PGPASSWORD", admin, datastore.PasswordKey),
			pods.FromSecret("TENANT_USER", a.secret.Name(), userKey),
			pods.FromSecret("TENANT_PASSWORD", a.secret.Name(), passwordKey),
		},
		Authority: admin,
		Rotation:  a.secret.Hash(),
	})
	if err != nil {
		return err
	}
	user := a.secret.Public(userKey)
	a.ref = AccountRef{User: user, Password: a.secret.Value(passwordKey), Database: user}
	return nil
}

// RoleName is the role and the database of a tenant. It has a prefix, so that no
// tenant is called like something PostgreSQL reserves, and no dash, so that it
// needs no quotes in SQL. Names of tenants have no underscore, so two never meet.
func RoleName(tenant string) string { return "tenant_" + strings.ReplaceAll(tenant, "-", "_") }
