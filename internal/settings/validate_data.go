package settings

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/monitoring/webhook"
	"github.com/mlops-iac/mlops/internal/awsenv"
)

const (
	// minStorageGiB and maxStorageGiB are what RDS offers on gp3.
	minStorageGiB, maxStorageGiB = 20, 65536
	// maxBackupDays is the most RDS keeps; 0 would switch backups off.
	maxBackupDays = 35
	// maxKeepImages is the most ECR's lifecycle rules count.
	maxKeepImages = 10000
	// maxVersionDays is ten years; longer is an archive, not a way back.
	maxVersionDays = 3653
	// maxMetricDays is what one Prometheus can still answer quickly.
	maxMetricDays = 90
	// minMetricGiB holds a day of a small cluster; maxMetricGiB is the largest gp3 volume.
	minMetricGiB, maxMetricGiB = 10, 16384
)

var (
	repositoryPattern = regexp.MustCompile(`^[a-z][a-z0-9]*([._/-][a-z0-9]+)*$`)
	enginePattern     = regexp.MustCompile(`^17(\.[0-9]{1,2})?$`)
	channelPattern    = regexp.MustCompile(`^[#@][^\s#@]{1,79}$`)
	routingKeyPattern = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)
)

// buckets are the roles of the buckets.
var buckets = []string{"raw", "processed", "models"}

func (r Registry) validate(c *checker, at *field.Path) {
	for i, repository := range r.Repositories {
		entry := at.Child("repositories").Index(i)
		name := entry.Child("name")
		switch {
		case repository.Name == "":
		case len(repository.Name) < 2 || len(repository.Name) > 128 || !repositoryPattern.MatchString(repository.Name):
			c.add(field.Invalid(name, repository.Name, "must be 2 to 128 of a-z, 0-9 and single . _ - / between them, starting with a letter"))
		case slices.ContainsFunc(r.Repositories[:i], func(other Repository) bool { return other.Name == repository.Name }):
			c.add(field.Duplicate(name, repository.Name))
		}
		c.unique(entry.Child("tenants"), repository.Tenants)
		for j, tenant := range repository.Tenants {
			c.tenant(entry.Child("tenants").Index(j), tenant)
		}
	}
}

func (o ObjectStore) validate(c *checker, at *field.Path) {
	c.between(at.Child("noncurrentVersionDays"), o.NoncurrentVersionDays, 1, maxVersionDays)
}

func (o ObjectStore) validateS3(c *checker, at *field.Path, aws AWS) {
	c.between(at.Child("accessLogRetentionDays"), o.AccessLogRetentionDays, 1, maxVersionDays)
	if o.Replication == nil {
		return
	}
	replication := at.Child("replication")
	for role, arn := range o.Replication.DestinationBucketARNs {
		entry := replication.Child("destinationBucketArns").Key(role)
		if !slices.Contains(buckets, role) {
			c.add(field.NotSupported(entry, role, buckets))
			continue
		}
		if bucket, _ := awsenv.ParseARN(arn); !awsenv.IsBucketARN(arn) || bucket.Partition != string(aws.ownPartition()) {
			c.add(field.Invalid(entry, arn, fmt.Sprintf("must be the ARN of a bucket in partition %s", aws.ownPartition())))
		}
	}
	key := replication.Child("destinationKeyArn")
	named, _ := awsenv.ParseARN(o.Replication.DestinationKeyARN)
	switch {
	case o.Replication.DestinationKeyARN == "":
	case !awsenv.IsKeyARN(o.Replication.DestinationKeyARN) || named.Partition != string(aws.ownPartition()):
		c.add(field.Invalid(key, o.Replication.DestinationKeyARN, fmt.Sprintf("must be the ARN of a KMS key in partition %s", aws.ownPartition())))
	case named.Region == aws.Region:
		c.add(field.Invalid(key, o.Replication.DestinationKeyARN, fmt.Sprintf("must be in another region than aws.region (%s)", aws.Region)))
	}
}

func (m MetadataStore) validate(c *checker, at *field.Path) {
	if !enginePattern.MatchString(m.EngineVersion) {
		c.add(field.Invalid(at.Child("engineVersion"), m.EngineVersion, `must be "17" or a minor version such as "17.6"`))
	}
}

func (m MetadataStore) validateRDS(c *checker, at *field.Path) {
	if !awsenv.IsDatabaseClass(m.InstanceClass) {
		c.add(field.Invalid(at.Child("instanceClass"), m.InstanceClass, "must be an RDS instance class such as db.t4g.small"))
	}
	c.between(at.Child("allocatedGiB"), m.AllocatedGiB, minStorageGiB, maxStorageGiB)
	// RDS asks for a tenth of room, compared here without rounding.
	if m.MaxAllocatedGiB > maxStorageGiB || m.MaxAllocatedGiB*10 < min(m.AllocatedGiB, maxStorageGiB)*11 {
		c.add(field.Invalid(at.Child("maxAllocatedGiB"), m.MaxAllocatedGiB,
			fmt.Sprintf("must be at least a tenth above allocatedGiB (%d) and at most %d", m.AllocatedGiB, maxStorageGiB)))
	}
	c.between(at.Child("backupRetentionDays"), m.BackupRetentionDays, 1, maxBackupDays)
	c.retention(at.Child("logRetentionDays"), m.LogRetentionDays)
	m.validateWindows(c, at)
}

func (m Monitoring) validate(c *checker, at *field.Path, mustEncrypt bool) {
	c.between(at.Child("retentionDays"), m.RetentionDays, 1, maxMetricDays)
	c.between(at.Child("storageGiB"), m.StorageGiB, minMetricGiB, maxMetricGiB)
	if m.RunbookBaseURL != "" && !isHTTPS(m.RunbookBaseURL) {
		c.add(field.Invalid(at.Child("runbookBaseUrl"), m.RunbookBaseURL, "must be an https address"))
	}
	alerting := at.Child("alerting")
	if slack := m.Alerting.Slack; slack != nil {
		c.secret(alerting.Child("slack", "webhookUrl"), slack.WebhookURL, mustEncrypt, isHTTPS, "must be an https address")
		c.match(alerting.Child("slack", "channel"), slack.Channel, channelPattern, "must be # and a channel, or @ and a person")
	}
	if pager := m.Alerting.PagerDuty; pager != nil {
		c.secret(alerting.Child("pagerDuty", "routingKey"), pager.RoutingKey, mustEncrypt,
			routingKeyPattern.MatchString, "must be 32 letters and digits")
	}
	if hook := m.Alerting.Webhook; hook != nil {
		c.secret(alerting.Child("webhook", "url"), hook.URL, mustEncrypt, webhook.IsValid, webhook.Rule)
	}
}

func (s *SNS) validate(c *checker, at *field.Path, aws AWS) {
	if s == nil || s.TopicARN == "" {
		return
	}
	topic, _ := awsenv.ParseARN(s.TopicARN)
	if !awsenv.IsTopicARN(s.TopicARN) || topic.Partition != string(aws.ownPartition()) || topic.Region != aws.Region {
		c.add(field.Invalid(at.Child("topicArn"), s.TopicARN,
			fmt.Sprintf("must be the ARN of an SNS topic in partition %s and aws.region (%s)", aws.ownPartition(), aws.Region)))
	}
}

// secret checks form and encryption of a secret without showing it.
func (c *checker) secret(at *field.Path, secret Secret, mustEncrypt bool, valid func(string) bool, rule string) {
	if !secret.IsSet() {
		return
	}
	if mustEncrypt && !secret.encrypted {
		c.add(field.Forbidden(at, fmt.Sprintf("must be encrypted: pulumi config set --secret --path '%s.%s'", FullKey, at)))
	}
	if text := secret.plain(); text != Placeholder && !valid(text) {
		c.add(field.Invalid(at, redacted, rule))
	}
}

func isHTTPS(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Scheme == "https" && address.Host != "" && address.User == nil
}
