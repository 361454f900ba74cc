package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/naming"
	"github.com/mlops-iac/mlops/tenants"
)

// newTenants builds every tenant of the stack.
func (b *build) newTenants(ctx *pulumi.Context, s *Substrate, watched *monitoring.Monitoring) error {
	exports := pulumi.Map{}
	for _, t := range b.tenants {
		access, err := s.Admit(ctx, t.Name)
		if err != nil {
			return err
		}
		args := b.tenantArgs(s, t)
		args.Identity, args.Credentials = access.Identity, access.Credentials
		if access.OwnLogs {
			args.Metadata.NamespaceLabels = map[string]string{naming.LogsLabel: naming.OwnLogs}
		}
		args.NoServiceMonitor = watched == nil
		made, err := tenant.New(ctx, b.name("tenant", t.Name), args, b.tenantOptions(s, t, access, watched)...)
		if err != nil {
			return err
		}
		exports[t.Name] = made.Ref().Outputs()
	}
	ctx.Export(tenant.OutputKey, exports)
	return nil
}

// tenantOptions order a tenant after what it needs. A tenant with an Ingress is
// taken apart while its controller still runs, so that its load balancer goes.
func (b *build) tenantOptions(s *Substrate, t tenants.Tenant, access Access, watched *monitoring.Monitoring) []pulumi.ResourceOption {
	after := slices.Clone(access.Ready)
	if watched != nil {
		// The ServiceMonitor's CRD comes with the monitoring stack.
		after = append(after, watched.Ready()...)
	}
	if t.Ingress.Enabled {
		return s.attended(append(after, s.Ingress...)...)
	}
	return s.inside(after...)
}

func (b *build) tenantArgs(s *Substrate, t tenants.Tenant) *tenant.Args {
	prefix := pulumi.Sprintf("s3://%s/%s", s.Buckets.Models, workloadidentity.TenantPrefix(t.Name))
	args := &tenant.Args{
		Name: t.Name, Image: s.image(t.Image), Buckets: &s.Buckets, Env: pulumi.ToStringMap(t.Env),
		Serving: tenant.Serving{Replicas: t.Replicas, Resources: t.Resources, Port: t.Port},
		Quota:   t.Quota, LimitRange: t.LimitRange, People: t.People,
		Training: s.training(t),
		Network: tenant.Network{
			IngressController: s.IngressController,
			ObjectStore:       &s.ObjectStore,
			MetadataStore:     &s.MetadataStore,
			Egress:            t.Network.Egress,
		},
		Placement: s.Placement,
		Metadata: tenant.Metadata{Annotations: map[string]string{
			"mlops.io/display-name": t.DisplayName, "mlops.io/contact": t.Contact, "mlops.io/cost-center": t.CostCenter,
		}},
		Protect: b.settings.Protect,
	}
	if b.settings.Addons.OpenCost.Enabled {
		args.BudgetUSD = t.Budget.MonthlyUSD
	}
	if t.Ingress.Enabled {
		args.Ingress = s.Publish(t.Ingress.Host)
	}
	if t.Model.URI != "" {
		args.ModelURI = prefix.ApplyT(t.Model.Location).(pulumi.StringOutput)
	}
	return args
}

// image resolves a repository of the platform to its URL.
func (s *Substrate) image(image tenants.Image) pulumi.StringInput {
	if image.HasHost() {
		return pulumi.String(image.Reference(""))
	}
	return s.RepositoryURL(image.Repository).ToStringOutput().ApplyT(image.Reference).(pulumi.StringOutput)
}

func (s *Substrate) training(t tenants.Tenant) *tenant.Training {
	in := t.Training
	if !in.Enabled {
		return nil
	}
	job := &tenant.Training{
		Schedule: in.Schedule, Command: in.Command, Args: in.Args, Env: pulumi.ToStringMap(in.Env),
		GPUs: in.GPUs, Spot: in.Spot, Resources: in.Resources,
		CheckpointStorage: in.CheckpointStorage, StorageClass: s.StorageClass, DeadlineHours: in.DeadlineHours,
	}
	if !in.Image.IsZero() {
		job.Image = s.image(in.Image)
	}
	return job
}
