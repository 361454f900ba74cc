package settings

import (
	"net/url"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Bounds of Logs.
const (
	// maxAlarmCount is a million, which no stack reaches within five minutes.
	maxAlarmCount = 1_000_000
	maxLokiDays   = 365
	// defaultLokiPort is that of Loki's own configuration.
	defaultLokiPort = 3100
	maxPort         = 65535
)

// validateCloudWatch checks what there is on AWS.
func (l Logs) validateCloudWatch(c *checker, at *field.Path) {
	c.retention(at.Child("retentionDays"), l.RetentionDays)
	alarms := at.Child("alarms")
	c.between(alarms.Child("outOfMemoryKills"), l.Alarms.OutOfMemoryKills, 0, maxAlarmCount)
	c.between(alarms.Child("timeouts"), l.Alarms.Timeouts, 0, maxAlarmCount)
}

// validateInCluster checks what there is in an existing cluster.
func (l Logs) validateInCluster(c *checker, at *field.Path) {
	always(c, at.Child("destination"), l.Destination)
	loki := at.Child("loki")
	c.between(loki.Child("retentionDays"), l.Loki.RetentionDays, 1, maxLokiDays)
	c.between(loki.Child("storageGiB"), l.Loki.StorageGiB, 1, maxVolumeGiB)
	if l.Loki.URL == "" {
		return
	}
	if _, ok := l.Loki.Endpoint(); !ok {
		shown := l.Loki.URL
		if strings.Contains(shown, "@") {
			shown = redacted // it may hold a password
		}
		c.add(field.Invalid(loki.Child("url"), shown,
			"must be http:// or https://, a host and perhaps a port, such as http://loki.example.com:3100"))
	}
	if l.Destination == LogsToStdout {
		c.add(field.Forbidden(loki.Child("url"), "needs logs.destination loki: nothing would be sent there"))
	}
}

// LokiEndpoint is where a Loki that is there already listens.
type LokiEndpoint struct {
	// Host is a DNS name or an IPv4 address, and Port the TCP port.
	Host string
	Port int
	// TLS says that the connection is encrypted.
	TLS bool
}

// Endpoint reads URL. Without a port it is 443 for https, and Loki's own for http.
func (l Loki) Endpoint() (LokiEndpoint, bool) {
	address, err := url.Parse(l.URL)
	if err != nil || !isBare(address) {
		return LokiEndpoint{}, false
	}
	endpoint := LokiEndpoint{Host: address.Hostname(), Port: defaultLokiPort, TLS: address.Scheme == "https"}
	if endpoint.TLS {
		endpoint.Port = 443
	}
	if text := address.Port(); text != "" {
		endpoint.Port, err = strconv.Atoi(text)
	}
	return endpoint, err == nil && endpoint.Port >= 1 && endpoint.Port <= maxPort
}

// isBare says whether there is a scheme, a host and perhaps a port, and no more.
func isBare(address *url.URL) bool {
	return (address.Scheme == "http" || address.Scheme == "https") &&
		len(validation.IsDNS1123Subdomain(address.Hostname())) == 0 &&
		strings.Trim(address.Path, "/") == "" &&
		address.User == nil && address.RawQuery == "" && address.Fragment == ""
}
