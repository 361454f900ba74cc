package spec

import (
	"net/url"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// What IsHTTPS, IsRoutingKey and IsWebhookURL ask for, in words.
const (
	HTTPSRule      = "must be an https address"
	RoutingKeyRule = "must be 32 letters and digits"
	WebhookURLRule = "must be an https address, or an http one of a Service in the cluster (http://name.namespace.svc), without a user"
)

var (
	channelPattern    = regexp.MustCompile(`^[#@][^\s#@]{1,79}$`)
	routingKeyPattern = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)
)

// CheckChannel reports what is neither a channel of Slack nor a person.
func CheckChannel(path *field.Path, channel string) field.ErrorList {
	return validation.Match(path, channel, channelPattern, "must be # and a channel, or @ and a person")
}

// IsRoutingKey says whether text has the form of an integration key of PagerDuty.
func IsRoutingKey(text string) bool { return routingKeyPattern.MatchString(text) }

// IsHTTPS says whether text is an https address, without a user.
func IsHTTPS(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Scheme == "https" && address.Hostname() != "" && address.User == nil
}

// IsWebhookURL says whether text is an address that alerts may be posted to. An
// alert names tenants and pods and the address often holds a token, so neither
// leaves the cluster in plain text.
func IsWebhookURL(text string) bool {
	address, err := url.Parse(text)
	return IsHTTPS(text) || err == nil && address.Scheme == "http" && address.User == nil && inCluster(address.Hostname())
}

// inCluster accepts name.namespace.svc, with or without the cluster's domain.
func inCluster(host string) bool {
	service, found := strings.CutSuffix(strings.TrimSuffix(host, ".cluster.local"), ".svc")
	name, namespace, two := strings.Cut(service, ".")
	return found && two && name != "" && namespace != "" && !strings.Contains(namespace, ".")
}
