package platform

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/tenants"
)

// newTenants builds every tenant of the stack and returns the log groups they
// have of their own.
func (b *build) newTenants(ctx *pulumi.Context, on foundation) ([]pulumi.StringInput, error) {
	exports := pulumi.Map{}
	var groups []pulumi.StringInput
	for _, t := range b.tenants {
		access, err := on.substrate.TenantAccess(ctx, t.Name)
		if err != nil {
			return nil, err
		}
		records, err := on.logs.tenant(ctx, t.Name)
		if err != nil {
			return nil, err
		}
		args := b.tenantArgs(ctx, on.substrate, t)
		args.Identity, args.Credentials = access.Identity, access.Credentials
		maps.Copy(args.Env, access.Env)
		if records.group != nil {
			groups = append(groups, records.group)
			args.Metadata.NamespaceLabels = map[string]string{names.LogsLabel: names.OwnLogs}
		}
		args.NoServiceMonitor = on.metrics == nil
		component, err := tenant.New(ctx, b.name("tenant", t.Name), args,
			on.tenantOptions(t, slices.Concat(access.Ready, records.ready))...)
		if err != nil {
			return nil, err
		}
		exports[t.Name] = component.Ref().Outputs()
	}
	ctx.Export(tenant.OutputKey, exports)
	return groups, nil
}

// foundation is what tenants stand on.
type foundation struct {
	substrate   Substrate
	controllers controllers
	// metrics is nil without monitoring.
	metrics *monitoring.Monitoring
	logs    logs
}

// tenantOptions order a tenant after what it needs. A tenant with an Ingress is
// taken apart while its controller still runs, so that its load balancer goes.
func (on foundation) tenantOptions(t tenants.Tenant, after []pulumi.Resource) []pulumi.ResourceOption {
	if on.metrics != nil {
		// The ServiceMonitor's CRD comes with the monitoring stack.
		after = append(after, on.metrics.Ready()...)
	}
	if t.Ingress.Enabled {
		return on.substrate.Cluster().drainedOptions(append(after, on.controllers.ingress...)...)
	}
	return on.substrate.Cluster().options(after...)
}

func (b *build) tenantArgs(ctx *pulumi.Context, s Substrate, t tenants.Tenant) *tenant.Args {
	c := s.Cluster()
	prefix := pulumi.Sprintf("s3://%s/%s", c.Buckets.Models, names.TenantPrefix(t.Name))
	args := &tenant.Args{
		Name: t.Name, Image: resolve(ctx, s, t.Image), Buckets: &c.Buckets, Env: pulumi.ToStringMap(t.Env),
		ModelKind: t.Model.Kind, ModelSeed: t.Model.Seed,
		Serving: tenant.Serving{Replicas: t.Replicas, Resources: t.Resources, Port: t.Port},
		Quota:   t.Quota, LimitRange: t.LimitRange, People: t.People.Bindings(),
		Training:     training(ctx, s, t),
		Repositories: b.repositories(s, t), Admission: b.settings.Admission,
		Network: tenant.Network{
			IngressController: c.IngressController,
			ObjectStore:       &c.ObjectStore,
			MetadataStore:     &c.MetadataStore,
			DNS:               c.DNS,
			Egress:            t.Network.Egress,
		},
		Placement: c.Placement,
		Metadata: tenant.Metadata{Annotations: map[string]string{
			"mlops.io/display-name": t.DisplayName, "mlops.io/contact": t.Contact, "mlops.io/cost-center": t.CostCenter,
		}},
		Protect: b.settings.Protect,
	}
	if b.settings.Addons.OpenCost.Enabled {
		args.BudgetUSD = t.Budget.MonthlyUSD
	}
	if t.Ingress.Enabled {
		args.Ingress = s.Ingress(t.Ingress)
	}
	if t.Model.URI != "" {
		args.ModelURI = prefix.ApplyT(t.Model.Location).(pulumi.StringOutput)
	}
	return args
}

// repositories are those that the stack opens to a tenant, beside those of its images.
func (b *build) repositories(s Substrate, t tenants.Tenant) pulumi.StringArray {
	var open pulumi.StringArray
	for _, repository := range b.settings.Registry.Repositories {
		if slices.Contains(repository.Tenants, t.Name) {
			open = append(open, s.Repository(repository.Name))
		}
	}
	return open
}

// resolve resolves an image to what the cluster pulls.
func resolve(ctx *pulumi.Context, s Substrate, image tenants.Image) pulumi.StringInput {
	if image.HasHost() {
		return pulumi.String(image.Reference(""))
	}
	return s.Image(ctx, image)
}

func training(ctx *pulumi.Context, s Substrate, t tenants.Tenant) *tenant.Training {
	in := t.Training
	if !in.Enabled {
		return nil
	}
	job := &tenant.Training{
		Schedule: in.Schedule, Command: in.Command, Args: in.Args, Env: pulumi.ToStringMap(in.Env),
		GPUs: in.GPUs, Spot: in.Spot, Resources: in.Resources,
		CheckpointStorage: in.CheckpointStorage, CheckpointAccessMode: in.CheckpointAccessMode,
		StorageClass: s.Cluster().StorageClass, DeadlineHours: in.DeadlineHours,
	}
	if !in.Image.IsZero() {
		job.Image = resolve(ctx, s, in.Image)
	}
	return job
}
