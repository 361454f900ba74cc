package spec

import (
	"net/url"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

const (
	// Port is that of Loki's HTTP API, its own default.
	Port = 3100

	httpsPort = 443
	maxPort   = 65535
)

// Endpoint is where a Loki listens.
type Endpoint struct {
	// Host is a DNS name or an IPv4 address, and Port the TCP port.
	Host string
	Port int
	// TLS says that the connection is encrypted.
	TLS bool
}

// ParseEndpoint reads the URL of a Loki. Without a port it is 443 for https, and
// Port for http.
func ParseEndpoint(text string) (Endpoint, bool) {
	address, err := url.Parse(text)
	if err != nil || !isBare(address) {
		return Endpoint{}, false
	}
	endpoint := Endpoint{Host: address.Hostname(), Port: Port, TLS: address.Scheme == "https"}
	if endpoint.TLS {
		endpoint.Port = httpsPort
	}
	if port := address.Port(); port != "" {
		endpoint.Port, err = strconv.Atoi(port)
	}
	return endpoint, err == nil && endpoint.Port >= 1 && endpoint.Port <= maxPort
}

// CheckURL reports a URL that ParseEndpoint cannot read. An empty one passes.
func CheckURL(path *field.Path, text string) field.ErrorList {
	if _, ok := ParseEndpoint(text); ok || text == "" {
		return nil
	}
	shown := text
	if strings.Contains(text, "@") {
		shown = validation.Redacted // it may hold a password
	}
	return field.ErrorList{field.Invalid(path, shown,
		"must be http:// or https://, a host and perhaps a port, such as http://loki.example.com:3100")}
}

// isBare says whether there is a scheme, a host and perhaps a port, and no more.
func isBare(address *url.URL) bool {
	return (address.Scheme == "http" || address.Scheme == "https") &&
		validation.IsHost(address.Hostname()) &&
		strings.Trim(address.Path, "/") == "" &&
		address.User == nil && address.RawQuery == "" && address.Fragment == ""
}
