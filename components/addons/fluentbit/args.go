package fluentbit

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// Args configures Fluent Bit. Nil is valid and prints every record.
type Args struct {
	// Output says where records go; default standard output, which is read with
	// kubectl logs.
	Output Output `pulumi:"output"`
	// KernelLog also reads what the kernel says of processes it killed for want
	// of memory and of faulty GPUs. Nodes must keep their journal in
	// /var/log/journal, as those of EKS do; default false.
	KernelLog bool `pulumi:"kernelLog"`
	// KeepDebug keeps records of the levels debug and trace; default false.
	KeepDebug bool `pulumi:"keepDebug"`
	// Namespace to create and install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// Image with a fixed tag or a digest; default AWSImage for CloudWatch and
	// UpstreamImage otherwise.
	Image string `pulumi:"image"`
	// DNS is where names are answered, which the pods may reach; default spec.DefaultDNS.
	DNS spec.DNS `pulumi:"dns"`
	// NoServiceMonitor leaves the ServiceMonitor out, for clusters without its
	// CustomResourceDefinition; default false.
	NoServiceMonitor bool `pulumi:"noServiceMonitor"`
	// DependsOn must exist before the first pod, such as its identity, log groups
	// and the CustomResourceDefinition of ServiceMonitors.
	DependsOn []pulumi.Resource
}

// Output says where records go. At most one is set.
type Output struct {
	// CloudWatch sends to CloudWatch Logs.
	CloudWatch *CloudWatch `pulumi:"cloudWatch"`
	// Loki sends to Loki.
	Loki *Loki `pulumi:"loki"`
}

// CloudWatch are log groups, which must exist: Fluent Bit makes streams only.
// Its service account needs an identity with the statements of package logging.
type CloudWatch struct {
	// Region of the log groups; required.
	Region string `pulumi:"region"`
	// PlatformGroup gets what belongs to no tenant; required.
	PlatformGroup string `pulumi:"platformGroup"`
	// TenantGroupPrefix and the name of a tenant are the group of that tenant, if
	// its namespace has the label mlops.io/logs=own; required. Whatever is written
	// elsewhere goes to PlatformGroup, because a group that is not there would
	// lose it. So a new tenant changes nothing here.
	TenantGroupPrefix string `pulumi:"tenantGroupPrefix"`
}

// Loki is a server that speaks Loki's push API. Each record gets the labels
// tenant, namespace and container, and job=fluent-bit.
type Loki struct {
	// Host is a DNS name or an IPv4 address; required.
	Host string `pulumi:"host"`
	// Port is its TCP port; required.
	Port int `pulumi:"port"`
	// TLS encrypts the connection and checks the certificate against the
	// authorities of the image; default false.
	TLS bool `pulumi:"tls"`
}

func (a *Args) clone() *Args {
	if a == nil {
		return &Args{}
	}
	in := *a
	in.DependsOn = slices.Clone(a.DependsOn)
	return &in
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace": pulumi.String(a.Namespace),
		"image":     pulumi.String(a.Image),
		"output":    pulumi.String(a.Output.name()),
		"kernelLog": pulumi.Bool(a.KernelLog),
	}
}

// name is what Fluent Bit calls the output.
func (o Output) name() string {
	switch {
	case o.CloudWatch != nil:
		return cloudWatchPlugin
	case o.Loki != nil:
		return lokiPlugin
	default:
		return stdoutPlugin
	}
}
