// Package valid has valid arguments for the tests of tenant, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tests/harness"
)

// TenantName is the tenant of the builders below, and its namespace.
const TenantName = "tenant-a"

// Tenant returns arguments tenant.New accepts, with nothing but what is required.
func Tenant() *tenant.Args {
	return &tenant.Args{Name: TenantName, Image: pulumi.String("registry.example.com/inference:1.0.0")}
}

// FullTenant returns arguments with every optional part, as on AWS.
func FullTenant() *tenant.Args {
	args := Tenant()
	args.ModelURI = pulumi.String("s3://models/tenants/tenant-a/churn")
	args.ModelKind, args.ModelSeed = spec.ModelDefects, true
	args.Buckets = &tenant.Buckets{Raw: pulumi.String("raw"), Processed: pulumi.String("processed"), Models: pulumi.String("models")}
	args.Env = pulumi.StringMap{"LOG_LEVEL": pulumi.String("info")}
	args.People = spec.People{
		Viewers: spec.Subjects{Groups: []string{"product"}, Users: []string{"auditor"}},
		Editors: spec.Subjects{Groups: []string{"science", "engineering"}},
	}
	args.Training = &tenant.Training{GPUs: 1, Spot: true, StorageClass: "gp3"}
	args.Repositories = pulumi.StringArray{pulumi.String("registry.example.com/training"), pulumi.String("registry.example.com/inference")}
	args.Admission.Repositories = []string{"ghcr.io/example/sidecars/", "ghcr.io/example/proxy"}
	args.Network = tenant.Network{
		ObjectStore:   &tenant.Endpoint{Peers: tenant.Peers{Ranges: pulumi.ToStringArray(harness.S3CIDRs())}, Port: 443},
		MetadataStore: &tenant.Endpoint{Peers: tenant.Peers{CIDRs: []string{"10.0.200.0/24"}}, Port: 5432},
		Egress:        []spec.Egress{{Description: "archive", CIDR: "192.0.2.0/28", Ports: []int{443, 8443}}},
	}
	args.Ingress = &tenant.Ingress{
		Host: "scores.example.com", ClassName: "nginx", TLSSecretName: "scores-tls",
		Paths:       []string{"/", "/v1/models/", "/v1/predict"},
		Annotations: map[string]string{"example.com/team": "a"},
	}
	args.Identity = &tenant.Identity{
		ClusterName: pulumi.String("platform"),
		RoleARN:     pulumi.String("arn:aws:iam::111111111111:role/tenants"),
		Tags: map[string]string{
			"project": "mlops", "environment": "test", "owner": "platform", "cost-center": "cc-1", "managed-by": "pulumi",
		},
	}
	args.Metadata = tenant.Metadata{
		Labels:        map[string]string{"mlops.io/cost-center": "cc-1"},
		Annotations:   map[string]string{"mlops.io/contact": "#team-a"},
		MonitorLabels: map[string]string{"release": "monitoring"},
	}
	return args
}

// TenantRef returns a reference to the tenant of the builders above.
func TenantRef() tenant.Ref {
	text := func(s string) pulumi.StringOutput { return pulumi.String(s).ToStringOutput() }
	return tenant.Ref{
		Namespace:      text(TenantName),
		ServiceAccount: text(tenant.ServiceAccountName),
		ServiceURL:     text("http://inference.tenant-a.svc.cluster.local"),
		ObjectPrefix:   text("tenants/tenant-a/"),
	}
}
