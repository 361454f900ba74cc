package monitoring

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

// Names of Alertmanager's Secrets. The configuration refers to credentials by
// file, so it can be read and checked without showing any.
const (
	configSecret      = "alertmanager-config"
	credentialsSecret = "alertmanager-credentials"
	configKey         = "alertmanager.yaml"
	slackKey          = "slack-webhook-url"
	pagerDutyKey      = "pagerduty-routing-key"
	webhookKey        = "webhook-url"
)

// credentialsPath is where the operator mounts the Secrets it is told of.
const credentialsPath = "/etc/alertmanager/secrets/" + credentialsSecret + "/"

// alertingSecrets are what Alertmanager reads. credentials is nil when no
// receiver needs any.
type alertingSecrets struct {
	config, credentials *corev1.Secret
}

func (s *alertingSecrets) resources() []pulumi.Resource {
	made := []pulumi.Resource{s.config}
	if s.credentials != nil {
		made = append(made, s.credentials)
	}
	return made
}

func (s *alertingSecrets) configName() pulumi.StringOutput { return s.config.Metadata.Name().Elem() }

func (s *alertingSecrets) credentialsName() pulumi.StringOutput {
	return s.credentials.Metadata.Name().Elem()
}

// SNSStatements are the permissions of Alertmanager's service account to
// publish to one topic. keyARN is the customer key that encrypts the topic; nil
// for none.
func SNSStatements(topicARN, keyARN pulumi.StringInput) []iampolicy.Statement {
	statements := []iampolicy.Statement{{
		Sid: "Publish", Actions: []string{"sns:Publish"}, Resources: []pulumi.StringInput{topicARN},
	}}
	if keyARN != nil {
		statements = append(statements, iampolicy.Statement{
			Sid: "Encrypt", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []pulumi.StringInput{keyARN},
		})
	}
	return statements
}

func (m *Monitoring) createAlerting(ctx *pulumi.Context, name string, in *Args) (*alertingSecrets, error) {
	receivers := in.Alertmanager.Receivers
	config, err := m.createSecret(ctx, name+"-alertmanager-config", configSecret, pulumi.StringMap{configKey: receivers.config()})
	if err != nil {
		return nil, err
	}
	secrets := &alertingSecrets{config: config}
	if credentials := receivers.credentials(); len(credentials) > 0 {
		secrets.credentials, err = m.createSecret(ctx, name+"-alertmanager-credentials", credentialsSecret, credentials)
		if err != nil {
			return nil, err
		}
	}
	return secrets, nil
}

func (m *Monitoring) createSecret(ctx *pulumi.Context, name, object string, data pulumi.StringMap) (*corev1.Secret, error) {
	secret, err := corev1.NewSecret(ctx, name, &corev1.SecretArgs{
		Metadata:   metav1.ObjectMetaArgs{Name: pulumi.String(object), Namespace: m.namespaceName()},
		StringData: pulumi.ToSecret(data).(pulumi.StringMapOutput),
	}, pulumi.Parent(m))
	if err != nil {
		return nil, fmt.Errorf("creating secret %s: %w", object, err)
	}
	return secret, nil
}

// credentials are the secret parts of the receivers, by file name.
func (r Receivers) credentials() pulumi.StringMap {
	credentials := pulumi.StringMap{}
	if r.Slack != nil {
		credentials[slackKey] = r.Slack.WebhookURL
	}
	if r.PagerDuty != nil {
		credentials[pagerDutyKey] = r.PagerDuty.RoutingKey
	}
	if r.Webhook != nil {
		credentials[webhookKey] = r.Webhook.URL
	}
	return credentials
}

// config renders Alertmanager's configuration. Only the ARN of the topic may
// still be unknown.
func (r Receivers) config() pulumi.StringOutput {
	var topic pulumi.StringInput = pulumi.String("")
	if r.SNS != nil {
		topic = r.SNS.TopicARN
	}
	return topic.ToStringOutput().ApplyT(func(arn string) (string, error) {
		text, err := yaml.Marshal(r.render(arn))
		if err != nil {
			return "", fmt.Errorf("rendering alertmanager configuration: %w", err)
		}
		return string(text), nil
	}).(pulumi.StringOutput)
}
