package settings

// Registry holds container images.
type Registry struct {
	// URL is the registry and path that hold the repositories, without `https://`, such as `ghcr.io/example`. With the
	// default, images are loaded onto the nodes under that name and not pulled.
	URL string `json:"url" only:"kubernetes" required:"the registry that holds the repositories, such as ghcr.io/example"`
	// Repositories are the image repositories, at least one. On substrate `aws` they are made in ECR.
	Repositories []Repository `json:"repositories" required:"at least one repository"`
	// KeepImages is how many of the newest images of a repository are kept, 1 to 10000.
	KeepImages int `json:"keepImages" only:"aws" unit:"images"`
	// ForceDelete lets a destroy delete repositories that still hold images.
	ForceDelete bool `json:"forceDelete" only:"aws"`
}

// Repository is one image repository.
type Repository struct {
	// Name is the name of the repository, such as `inference` or `team/inference`.
	Name string `json:"name" required:"the name of the repository"`
	// Tenants are those whose workloads may pull from the repository.
	Tenants []string `json:"tenants" only:"aws"`
}

// ObjectStore holds the buckets raw, processed and models: in S3 on substrate
// aws, in MinIO inside the cluster on substrate kubernetes.
type ObjectStore struct {
	// StorageGiB is the size of the volume of all buckets together, 1 to 65536.
	StorageGiB int `json:"storageGiB" only:"kubernetes" unit:"GiB"`
	// NoncurrentVersionDays is how long an overwritten or deleted version can be restored.
	NoncurrentVersionDays int `json:"noncurrentVersionDays" unit:"days"`
	// AccessLogRetentionDays is how long access logs are kept.
	AccessLogRetentionDays int `json:"accessLogRetentionDays" only:"aws" unit:"days"`
	// ForceDestroy lets a destroy delete buckets that still hold objects.
	ForceDestroy bool `json:"forceDestroy" only:"aws"`
	// Replication copies new objects to buckets in another region; left out, nothing is copied.
	Replication *Replication `json:"replication" only:"aws"`
}

// Replication copies new objects to versioned buckets of the same account in another region.
type Replication struct {
	// DestinationBucketARNs maps `raw`, `processed` and `models` to the bucket that receives the copies.
	DestinationBucketARNs map[string]string `json:"destinationBucketArns" required:"the ARN of the copy of at least one bucket"`
	// DestinationKeyARN is the KMS key, in the other region, that encrypts the copies.
	DestinationKeyARN string `json:"destinationKeyArn" required:"the ARN of the KMS key that encrypts the copies"`
}

// MetadataStore is the PostgreSQL database: in RDS on substrate aws, inside the
// cluster on substrate kubernetes.
type MetadataStore struct {
	// StorageGiB is the size of the volume, 1 to 65536.
	StorageGiB int `json:"storageGiB" only:"kubernetes" unit:"GiB"`
	// EngineVersion is the PostgreSQL version: 17, or on substrate `aws` a minor of it to pin. Put it in quotes.
	EngineVersion string `json:"engineVersion"`
	// InstanceClass is the RDS instance class.
	InstanceClass string `json:"instanceClass" only:"aws"`
	// AllocatedGiB is the storage to begin with, 20 to 65536.
	AllocatedGiB int `json:"allocatedGiB" only:"aws" unit:"GiB"`
	// MaxAllocatedGiB is the storage at which growth stops, at least a tenth above `metadataStore.allocatedGiB`.
	MaxAllocatedGiB int `json:"maxAllocatedGiB" only:"aws" unit:"GiB"`
	// MultiAZ keeps a standby in a second zone, at twice the price.
	MultiAZ bool `json:"multiAz" only:"aws"`
	// BackupRetentionDays is how far back a point in time can be restored, 1 to 35.
	BackupRetentionDays int `json:"backupRetentionDays" only:"aws" unit:"days"`
	// BackupWindow is when the daily snapshot starts, at least half an hour.
	BackupWindow string `json:"backupWindow" only:"aws" unit:"hh:mm-hh:mm, UTC"`
	// MaintenanceWindow is when RDS may restart the database, at least half an hour outside the backup window.
	MaintenanceWindow string `json:"maintenanceWindow" only:"aws" unit:"ddd:hh:mm-ddd:hh:mm, UTC"`
	// LogRetentionDays is how long database logs are kept, one of the values of CloudWatch Logs.
	LogRetentionDays int `json:"logRetentionDays" only:"aws" unit:"days"`
	// DeletionProtection makes RDS refuse to delete the database.
	DeletionProtection bool `json:"deletionProtection" only:"aws"`
	// SkipFinalSnapshot deletes the data together with the database.
	SkipFinalSnapshot bool `json:"skipFinalSnapshot" only:"aws"`
}

// Monitoring is Prometheus, Alertmanager and Grafana.
type Monitoring struct {
	// Enabled installs the monitoring stack.
	Enabled bool `json:"enabled"`
	// RetentionDays is how long Prometheus keeps metrics, 1 to 90.
	RetentionDays int `json:"retentionDays" unit:"days"`
	// StorageGiB is the size of the volume Prometheus keeps them on, 10 to 16384.
	StorageGiB int `json:"storageGiB" unit:"GiB"`
	// RunbookBaseURL is the https address under which the runbooks are published, to which alerts link; left out, it is
	// that of the platform's own repository.
	RunbookBaseURL string `json:"runbookBaseUrl"`
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
