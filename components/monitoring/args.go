package monitoring

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Args configures the monitoring of one cluster. Nil is valid.
type Args struct {
	// Namespace to create and install into; default DefaultNamespace.
	Namespace string
	// Prometheus sizes the time-series database.
	Prometheus Prometheus
	// Alertmanager sizes Alertmanager and says where alerts go.
	Alertmanager Alertmanager
	// Grafana says how Grafana is reached.
	Grafana Grafana
	// StorageClass of every volume; default the default class of the cluster.
	StorageClass string
	// RunbookBaseURL is where runbooks are. An alert's runbook is this URL, a
	// slash, the name of the alert and ".md"; default DefaultRunbookBaseURL.
	RunbookBaseURL string
	// GPU installs the DCGM exporter on GPU nodes and adds the GPU alerts and
	// dashboard; default false.
	GPU bool
	// Cost adds the dashboard of the costs and the alert about tenants that spend
	// more than their budget. Both need OpenCost in the cluster; default false.
	Cost bool
	// ControlPlaneMetrics scrapes the controller manager, the scheduler, etcd
	// and kube-proxy, and adds the rules about them. EKS hides the first three
	// and binds the last to localhost, so there each would be a target that is
	// always down; default false.
	ControlPlaneMetrics bool
	// NodeSelector chooses the nodes of everything but the node exporter by
	// label; default any node.
	NodeSelector map[string]string
	// DependsOn must exist before the release, such as the storage class and
	// the identity of Alertmanager's service account.
	DependsOn []pulumi.Resource
}

// Prometheus sizes the time-series database.
type Prometheus struct {
	// RetentionDays is how long series are kept; default DefaultRetentionDays.
	RetentionDays int
	// StorageSize is the size of a replica's volume as a Kubernetes quantity;
	// default DefaultPrometheusStorage. A volume can grow but not shrink.
	StorageSize string
	// CPU and Memory are requested for each replica; default
	// DefaultPrometheusCPU and DefaultPrometheusMemory. Memory is also the limit.
	CPU, Memory string
	// Replicas scrape everything independently; default DefaultReplicas.
	Replicas int
}

// Alertmanager sizes Alertmanager and says where alerts go.
type Alertmanager struct {
	// StorageSize is the size of a replica's volume, which holds silences and
	// the log of notifications; default DefaultAlertmanagerStorage.
	StorageSize string
	// Replicas form one cluster that sends every alert once; default DefaultReplicas.
	Replicas int
	// Receivers are told of alerts; default none, alerts then only show in the
	// web interfaces.
	Receivers Receivers
}

// Receivers are told of alerts. Each that is set gets its own.
type Receivers struct {
	// Slack gets critical alerts and warnings.
	Slack *Slack
	// PagerDuty gets critical alerts only.
	PagerDuty *PagerDuty
	// SNS gets critical alerts and warnings.
	SNS *SNS
	// Webhook gets critical alerts and warnings.
	Webhook *Webhook
	// Required makes it an error to set none of the above.
	Required bool
}

// Slack is a channel in Slack.
type Slack struct {
	// WebhookURL is an incoming webhook; required and treated as a secret.
	WebhookURL pulumi.StringInput
	// Channel such as "#ml-alerts"; required.
	Channel string
}

// PagerDuty is a service in PagerDuty.
type PagerDuty struct {
	// RoutingKey is the integration key of the Events API v2; required and
	// treated as a secret.
	RoutingKey pulumi.StringInput
}

// SNS is a topic of Amazon SNS. Alertmanager signs its requests as the role of
// its service account, which needs the permissions of SNSStatements.
type SNS struct {
	// TopicARN is the ARN of the topic; required.
	TopicARN pulumi.StringInput
	// Region of the topic, for which requests are signed; required.
	Region string
	// ServiceAccountAnnotations go on Alertmanager's service account; default
	// none, which is right for Pod Identity. With IRSA pass the identity's.
	ServiceAccountAnnotations pulumi.StringMapInput
}

// Webhook is an HTTP endpoint that takes Alertmanager's own JSON, for everything
// that has no receiver here: incident tools, chat systems, a function of yours.
type Webhook struct {
	// URL is the endpoint Alertmanager posts to, https, or http to a Service in
	// the cluster; required and treated as a secret, because a token in it is how
	// most endpoints know their callers.
	URL pulumi.StringInput
	// MaxAlerts is the most alerts of a group in one request, the rest is left
	// out and counted in the request's truncatedAlerts; default 0: no limit.
	MaxAlerts int
	// FiringOnly leaves out the message that an alert is over; default false.
	FiringOnly bool
}

// Grafana says how Grafana is reached.
type Grafana struct {
	// Ingress publishes Grafana; default none: it is reached by port forwarding.
	Ingress *Ingress
}

// Ingress publishes a service under a host name. TLS ends at the ingress.
type Ingress struct {
	// Host is the DNS name; required.
	Host string
	// ClassName is the ingress class; required.
	ClassName string
	// Annotations for the ingress controller; default none. An internal load
	// balancer, a certificate and the like are chosen here.
	Annotations map[string]string
	// TLSSecretName is the Secret with the certificate; default none, for
	// controllers that take certificates from elsewhere.
	TLSSecretName string
}
