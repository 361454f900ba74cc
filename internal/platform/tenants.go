package platform

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/tenants"
)

// httpsPort is where the object store answers.
const httpsPort = 443

// newTenants builds every tenant of the stack.
func (b *build) newTenants(ctx *pulumi.Context, s *Substrate, watched *monitoring.Monitoring) error {
	exports := pulumi.Map{}
	for _, t := range b.tenants {
		args := b.tenantArgs(s, t)
		args.NoServiceMonitor = watched == nil
		made, err := tenant.New(ctx, b.name("tenant", t.Name), args, b.tenantOptions(s, t, watched)...)
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
func (b *build) tenantOptions(s *Substrate, t tenants.Tenant, watched *monitoring.Monitoring) []pulumi.ResourceOption {
	var after []pulumi.Resource
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
	prefix := pulumi.Sprintf("s3://%s/%s", s.ObjectStore.ModelsBucket, workloadidentity.TenantPrefix(t.Name))
	args := &tenant.Args{
		Name: t.Name, Image: s.image(t.Image), Env: pulumi.ToStringMap(t.Env),
		Serving: tenant.Serving{Replicas: t.Replicas, Resources: t.Resources, Port: t.Port},
		Quota:   t.Quota, LimitRange: t.LimitRange, People: t.People,
		Training: s.training(t),
		Network: tenant.Network{
			IngressController: tenant.Peers{CIDRs: s.IngressCIDRs},
			ObjectStore:       &tenant.Endpoint{Peers: objectStorePeers(), Port: httpsPort},
			MetadataStore:     &tenant.Endpoint{Peers: tenant.Peers{CIDRs: s.MetadataCIDRs}, Port: metadatastore.Port},
			Egress:            t.Network.Egress,
		},
		Ingress:  ingress(t),
		Identity: &tenant.Identity{ClusterName: s.Cluster.Name, RoleARN: s.TenantIdentity.RoleARN, Tags: b.tags},
		Metadata: tenant.Metadata{Annotations: map[string]string{
			"mlops.io/display-name": t.DisplayName, "mlops.io/contact": t.Contact, "mlops.io/cost-center": t.CostCenter,
		}},
		Protect: b.settings.Protect,
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
	url := s.Registry.RepositoryURLs.MapIndex(pulumi.String(image.Repository))
	return url.ApplyT(image.Reference).(pulumi.StringOutput)
}

func (s *Substrate) training(t tenants.Tenant) *tenant.Training {
	in := t.Training
	if !in.Enabled {
		return nil
	}
	job := &tenant.Training{
		Schedule: in.Schedule, Command: in.Command, Args: in.Args, Env: pulumi.ToStringMap(in.Env),
		GPUs: in.GPUs, Spot: in.Spot, Resources: in.Resources,
		CheckpointStorage: in.CheckpointStorage, DeadlineHours: in.DeadlineHours,
	}
	if !in.Image.IsZero() {
		job.Image = s.image(in.Image)
	}
	return job
}

// objectStorePeers are the addresses of S3. A gateway endpoint keeps S3's public
// addresses, which change, so every public address is open on one port; what
// lies inside the VPC, other tenants above all, stays closed. Which buckets may
// be used is decided by the tenants' role and by the endpoint's policy.
func objectStorePeers() tenant.Peers {
	return tenant.Peers{CIDRs: []string{"0.0.0.0/0"}, ExceptCIDRs: privateRanges()}
}

// privateRanges are the addresses that never belong to the public internet:
// RFC 1918, RFC 6598 (shared), RFC 3927 (link-local, which holds the instance
// metadata) and RFC 1122 (loopback).
func privateRanges() []string {
	return []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"}
}

// ingress publishes a tenant through an AWS load balancer that sends straight
// to the pods and takes its certificate from ACM by the host name.
func ingress(t tenants.Tenant) *tenant.Ingress {
	if !t.Ingress.Enabled {
		return nil
	}
	return &tenant.Ingress{
		Host: t.Ingress.Host, ClassName: "alb",
		Annotations: map[string]string{
			"alb.ingress.kubernetes.io/scheme":           "internet-facing",
			"alb.ingress.kubernetes.io/target-type":      "ip",
			"alb.ingress.kubernetes.io/listen-ports":     fmt.Sprintf(`[{"HTTPS":%d}]`, httpsPort),
			"alb.ingress.kubernetes.io/ssl-policy":       "ELBSecurityPolicy-TLS13-1-2-2021-06",
			"alb.ingress.kubernetes.io/healthcheck-path": "/ready",
		},
	}
}
