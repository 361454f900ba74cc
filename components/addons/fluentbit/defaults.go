package fluentbit

import "cmp"

// Images with the same release of Fluent Bit, 5.1.2. Pod Identity needs 4.0 and
// labels of namespaces need 3.1: the images of AWS with a version 2 are too old.
const (
	// AWSImage is built and patched by AWS, and pulled from its registry.
	AWSImage = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.5.0"
	// UpstreamImage is the project's own.
	UpstreamImage = "fluent/fluent-bit:5.1.2"
)

const (
	// DefaultNamespace is the conventional name.
	DefaultNamespace = "logging"
	// ServiceAccount is the account an identity for CloudWatch is for.
	ServiceAccount = app
	// MetricsPort answers probes and Prometheus, Fluent Bit's own default.
	MetricsPort = 2020
	// BufferMiB is how much of a node's disk each output may fill while its
	// destination does not answer: about two days of a node that writes 5 KiB a
	// second. After that the oldest records go.
	BufferMiB = 1024
	// kernelBufferMiB is an eighth of that: a kernel says little.
	kernelBufferMiB = 128
	// monitoringNamespace is where Prometheus asks from, the default of package
	// monitoring.
	monitoringNamespace = "monitoring"
)

// app is the name of everything in the cluster.
const app = "fluent-bit"

func (a *Args) withDefaults() *Args {
	in := a.clone()
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	image := UpstreamImage
	if in.Output.CloudWatch != nil {
		image = AWSImage
	}
	in.Image = cmp.Or(in.Image, image)
	return in
}

// PodLabels are on the pods and find them.
func PodLabels() map[string]string { return map[string]string{"app.kubernetes.io/name": app} }
