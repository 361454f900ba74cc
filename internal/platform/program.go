package platform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/tenants"
)

// Options fit the program to where it runs. The zero value deploys for real,
// without a look at the cluster beforehand.
type Options struct {
	// Offline makes the AWS provider plan without calling AWS. Nothing can be
	// deployed with it.
	Offline bool
	// Observe receives the guard session of the run, before anything is registered.
	Observe func(*guard.Session)
	// Definitions are the tenant definitions; default tenants.Definitions.
	Definitions fs.FS
	// Cluster replaces the cluster that the stack file names, on substrate
	// kubernetes; nil for that one. It is not looked at beforehand.
	Cluster *ClusterAccess
	// Preflight looks at the cluster that the stack file names before anything is
	// registered, but not offline; nil for no look.
	Preflight func(ctx context.Context, cluster settings.Kubernetes) error
	// AllowChange are the keys of settings that may change although something is lost
	// by it, with commas between them; it is the value of settings.AllowVariable.
	AllowChange string
}

// ClusterAccess is the way to a cluster.
type ClusterAccess struct {
	// Kubeconfig is the path of a kubeconfig; empty for the usual places.
	Kubeconfig string
	// Context is the context in it.
	Context string
}

// clusterOf returns the way to the cluster of a stack on substrate kubernetes.
func (o Options) clusterOf(s settings.Platform) ClusterAccess {
	if o.Cluster != nil {
		return *o.Cluster
	}
	return ClusterAccess{Kubeconfig: s.Kubernetes.Kubeconfig, Context: s.Kubernetes.Context}
}

// preflight looks at the existing cluster of a stack, if it has one.
func (o Options) preflight(ctx context.Context, s settings.Platform) error {
	if o.Preflight == nil || o.Offline || o.Cluster != nil || !isExistingCluster(s) {
		return nil
	}
	return o.Preflight(ctx, s.Kubernetes)
}

// New returns the platform as a Pulumi program.
func New(options Options) pulumi.RunFunc {
	if options.Definitions == nil {
		options.Definitions = tenants.Definitions
	}
	return func(ctx *pulumi.Context) error { return run(ctx, options) }
}

// build carries what every step of the composition needs.
type build struct {
	options  Options
	settings settings.Platform
	tenants  []tenants.Tenant
	tags     map[string]string
	// allowed are the settings that may change at a loss.
	allowed []string
}

func run(ctx *pulumi.Context, options Options) error {
	b, err := read(ctx, options)
	if err != nil {
		return err
	}
	session := guard.NewSession(Exemptions(b.settings), GuardOptions(b.settings))
	if options.Observe != nil {
		options.Observe(session)
	}
	if err := session.Attach(ctx); err != nil {
		return fmt.Errorf("attaching the guard rules: %w", err)
	}
	if err := b.keepRecord(ctx); err != nil {
		return err
	}
	if err := b.compose(ctx); err != nil {
		return err
	}
	return session.Gate(ctx, "guard")
}

// read reads every input and reports the validation errors of all of them together,
// before anything is registered.
func read(ctx *pulumi.Context, options Options) (*build, error) {
	values, settingsErr := settings.Load(ctx)
	defined, tenantsErr := tenants.Load(options.Definitions, ctx.Stack())
	if err := errors.Join(settingsErr, tenantsErr); err != nil {
		return nil, err
	}
	chosen, tenantsErr := choose(values, defined)
	allowed, allowedErr := values.ParseAllowed(options.AllowChange)
	if err := errors.Join(tenantsErr, allowedErr); err != nil {
		return nil, err
	}
	if err := options.preflight(ctx.Context(), values); err != nil {
		return nil, err
	}
	return &build{options: options, settings: values, tenants: chosen, tags: Tags(values), allowed: allowed}, nil
}

// Tags are the tags of everything in a stack.
func Tags(s settings.Platform) map[string]string {
	return map[string]string{
		tags.Project:     s.Project,
		tags.Environment: s.Environment,
		tags.Owner:       s.Owner,
		tags.CostCenter:  s.CostCenter,
		tags.ManagedBy:   "pulumi",
	}
}

// Exemptions are the guard exemptions of a stack file.
func Exemptions(s settings.Platform) []guard.Exemption {
	exemptions := make([]guard.Exemption, 0, len(s.Guard.Exemptions))
	for _, e := range s.Guard.Exemptions {
		exemptions = append(exemptions, guard.Exemption{Rule: e.Rule, Resource: e.Resource, Reason: e.Reason})
	}
	return exemptions
}

// GuardOptions fits the guard rules to a stack.
func GuardOptions(s settings.Platform) guard.Options {
	return guard.Options{RequireProtect: s.Protect}
}

// compose builds the stack from the bottom up: each part needs those before it.
func (b *build) compose(ctx *pulumi.Context) error {
	substrate, err := b.newSubstrate(ctx)
	if err != nil {
		return err
	}
	metrics, err := b.newMonitoring(ctx, substrate)
	if err != nil {
		return err
	}
	controllers, err := b.newAddons(ctx, substrate, metrics)
	if err != nil {
		return err
	}
	records, err := b.newLogs(ctx, substrate, metrics)
	if err != nil {
		return err
	}
	groups, err := b.newTenants(ctx, foundation{substrate, controllers, metrics, records})
	if err != nil {
		return err
	}
	return records.saveQueries(ctx, groups)
}
