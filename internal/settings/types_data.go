package settings

import (
	metadatastorespec "github.com/mlops-iac/mlops/components/metadatastore/spec"
	miniospec "github.com/mlops-iac/mlops/components/minio/spec"
	monitoringspec "github.com/mlops-iac/mlops/components/monitoring/spec"
	objectstorespec "github.com/mlops-iac/mlops/components/objectstore/spec"
	postgresqlspec "github.com/mlops-iac/mlops/components/postgresql/spec"
	registryspec "github.com/mlops-iac/mlops/components/registry/spec"
)

// Registry holds container images.
type Registry struct {
	// URL is the registry and path that hold the repositories, without `https://`, such as `ghcr.io/example`. With the
	// default, images are loaded onto the nodes under that name and not pulled.
	URL string `json:"url" only:"kubernetes" required:"the registry that holds the repositories, such as ghcr.io/example"`
	registryspec.Registry
}

// ObjectStore holds the buckets raw, processed and models: in S3 on substrate
// aws, in MinIO inside the cluster on substrate kubernetes.
type ObjectStore struct {
	miniospec.MinIO
	objectstorespec.ObjectStore
	// Replication copies new objects to buckets in another region; left out, nothing is copied.
	Replication *objectstorespec.Replication `json:"replication" only:"aws"`
}

// MetadataStore is the PostgreSQL database: in RDS on substrate aws, inside the
// cluster on substrate kubernetes.
type MetadataStore struct {
	postgresqlspec.PostgreSQL
	metadatastorespec.MetadataStore
}

// Monitoring is Prometheus, Alertmanager and Grafana.
type Monitoring struct {
	// Enabled installs the monitoring stack.
	Enabled bool `json:"enabled"`
	monitoringspec.Monitoring
	// Alerting says where alerts go; left out, they stay in Alertmanager.
	Alerting Alerting `json:"alerting"`
}

// Alerting says where alerts go.
type Alerting struct {
	// Slack posts alerts to a channel.
	Slack *Slack `json:"slack"`
	// PagerDuty pages for critical alerts.
	PagerDuty *PagerDuty `json:"pagerDuty"`
	// SNS publishes alerts to a topic.
	SNS *SNS `json:"sns" only:"aws"`
	// Webhook posts alerts to an address of your own.
	Webhook *Webhook `json:"webhook"`
}

// Slack posts alerts to a channel.
type Slack struct {
	// WebhookURL is the address of an incoming webhook.
	WebhookURL Secret `json:"webhookUrl" required:"the address of an incoming webhook, encrypted"`
	// Channel is the channel to post to, such as `#mlops-alerts`, or the person, such as `@oncall`.
	Channel string `json:"channel" required:"the channel to post to, such as #mlops-alerts"`
}

// PagerDuty pages for critical alerts.
type PagerDuty struct {
	// RoutingKey is the integration key of an Events API v2 integration, 32 letters and digits.
	RoutingKey Secret `json:"routingKey" required:"the integration key of an Events API v2 integration, encrypted"`
}

// SNS publishes alerts to a topic.
type SNS struct {
	// TopicARN is the topic, in the partition and region of the stack.
	TopicARN string `json:"topicArn" required:"the ARN of the topic"`
}

// Webhook posts alerts to an address of your own, in Alertmanager's JSON.
type Webhook struct {
	// URL is the https address to post to, or `http://name.namespace.svc` for a Service in the cluster.
	URL Secret `json:"url" required:"the address to post to, encrypted"`
}
