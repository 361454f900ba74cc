package monitoring

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring/spec"
)

// Args configures the monitoring of one cluster. Nil is valid.
type Args struct {
	// Monitoring says how long metrics are kept, on which volume, and where runbooks
	// are; what is left out is taken from spec.Default. The volume, one for each
	// replica, can grow but not shrink.
	spec.Monitoring
	// Namespace to create and install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// Prometheus sizes the servers of the time-series database.
	Prometheus Prometheus `pulumi:"prometheus"`
	// Alertmanager sizes Alertmanager and says where alerts go.
	Alertmanager Alertmanager `pulumi:"alertmanager"`
	// Grafana says how Grafana is reached.
	Grafana Grafana `pulumi:"grafana"`
	// StorageClass of every volume; default the default class of the cluster. Another
	// one has no effect on volumes that exist.
	StorageClass string `pulumi:"storageClass"`
	// GPU installs the DCGM exporter on GPU nodes and adds the GPU alerts and
	// dashboard; default false.
	GPU bool `pulumi:"gpu"`
	// Cost adds the dashboard of the costs and the alert about tenants that spend
	// more than their budget. Both need OpenCost in the cluster; default false.
	Cost bool `pulumi:"cost"`
	// ControlPlaneMetrics scrapes the controller manager, the scheduler, etcd
	// and kube-proxy, and adds the rules about them. EKS hides the first three
	// and binds the last to localhost, so there each would be a target that is
	// always down; default false.
	ControlPlaneMetrics bool `pulumi:"controlPlaneMetrics"`
	// OpenPods makes a network policy that lets all pods of the namespace talk to anybody.
	// They need it where pods are closed until a policy selects them, as by the VPC CNI
	// in its mode strict; default false.
	OpenPods bool `pulumi:"openPods"`
	// NodeSelector chooses the nodes of everything but the node exporter by
	// label; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// DependsOn must exist before the release, such as the storage class and
	// the identity of Alertmanager's service account.
	DependsOn []pulumi.Resource
}

// Prometheus sizes the servers of the time-series database.
type Prometheus struct {
	// CPU is requested for each replica; default DefaultPrometheusCPU.
	CPU string `pulumi:"cpu"`
	// Memory is requested for each replica, and its limit; default
	// DefaultPrometheusMemory.
	Memory string `pulumi:"memory"`
	// Replicas scrape everything independently; default DefaultReplicas. Fewer delete
	// the volumes of the last ones.
	Replicas int `pulumi:"replicas"`
}

// Alertmanager sizes Alertmanager and says where alerts go.
type Alertmanager struct {
	// StorageGiB is the size of a replica's volume, which holds silences and the
	// log of notifications, and can grow but not shrink; default
	// DefaultAlertmanagerStorageGiB.
	StorageGiB int `pulumi:"storageGiB"`
	// Replicas form one cluster that sends every alert once; default DefaultReplicas.
	// Fewer delete the volumes of the last ones.
	Replicas int `pulumi:"replicas"`
	// Receivers are told of alerts; default none, alerts then only show in the
	// web interfaces.
	Receivers Receivers `pulumi:"receivers"`
}

// Receivers are told of alerts. Each that is set gets its own.
type Receivers struct {
	// Slack gets critical alerts and warnings.
	Slack *Slack `pulumi:"slack"`
	// PagerDuty gets critical alerts only.
	PagerDuty *PagerDuty `pulumi:"pagerDuty"`
	// SNS gets critical alerts and warnings.
	SNS *SNS `pulumi:"sns"`
	// Webhook gets critical alerts and warnings.
	Webhook *Webhook `pulumi:"webhook"`
	// Required makes it an error to set none of the above.
	Required bool `pulumi:"required"`
}

// Slack is a channel in Slack.
type Slack struct {
	// WebhookURL is an incoming webhook; required and treated as a secret.
	WebhookURL pulumi.StringInput `pulumi:"webhookUrl"`
	// Channel such as "#ml-alerts"; required.
	Channel string `pulumi:"channel"`
}

// PagerDuty is a service in PagerDuty.
type PagerDuty struct {
	// RoutingKey is the integration key of the Events API v2; required and
	// treated as a secret.
	RoutingKey pulumi.StringInput `pulumi:"routingKey"`
}

// SNS is a topic of Amazon SNS. Alertmanager signs its requests as the role of
// its service account, which needs the permissions of SNSStatements.
type SNS struct {
	// TopicARN is the ARN of the topic; required.
	TopicARN pulumi.StringInput `pulumi:"topicArn"`
	// Region of the topic, for which requests are signed; required.
	Region string `pulumi:"region"`
	// ServiceAccountAnnotations go on Alertmanager's service account; default
	// none, which is right for Pod Identity. With IRSA pass the identity's.
	ServiceAccountAnnotations pulumi.StringMapInput `pulumi:"serviceAccountAnnotations"`
}

// Webhook is an HTTP endpoint that takes Alertmanager's own JSON, for everything
// that has no receiver here: incident tools, chat systems, a function of yours.
type Webhook struct {
	// URL is the endpoint Alertmanager posts to, https, or http to a Service in
	// the cluster; required and treated as a secret, because a token in it is how
	// most endpoints know their callers.
	URL pulumi.StringInput `pulumi:"url"`
	// MaxAlerts is the most alerts of a group in one request, the rest is left
	// out and counted in the request's truncatedAlerts; default 0: no limit.
	MaxAlerts int `pulumi:"maxAlerts"`
	// FiringOnly leaves out the message that an alert is over; default false.
	FiringOnly bool `pulumi:"firingOnly"`
}

// Grafana says how Grafana is reached.
type Grafana struct {
	// Ingress publishes Grafana; default none: it is reached by port forwarding.
	Ingress *Ingress `pulumi:"ingress"`
}

// Ingress publishes a service under a host name. TLS ends at the ingress.
type Ingress struct {
	// Host is the DNS name; required.
	Host string `pulumi:"host"`
	// ClassName is the ingress class; required.
	ClassName string `pulumi:"className"`
	// Annotations for the ingress controller; default none. An internal load
	// balancer, a certificate and the like are chosen here.
	Annotations map[string]string `pulumi:"annotations"`
	// TLSSecretName is the Secret with the certificate; default none, for
	// controllers that take certificates from elsewhere.
	TLSSecretName string `pulumi:"tlsSecretName"`
}
