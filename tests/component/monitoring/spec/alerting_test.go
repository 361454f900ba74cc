package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/monitoring/spec"
)

func TestWebhookURLs(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://alerts.example.com":                    true,
		"https://alerts.example.com:8443/hook?token=x":  true,
		"http://relay.chat.svc":                         true,
		"http://relay.chat.svc:8080/alerts":             true,
		"http://relay.chat.svc.cluster.local":           true,
		"":                                              false,
		"alerts.example.com":                            false,
		"https://":                                      false,
		"https://:8443/hook":                            false,
		"https://user:password@alerts.example.com/hook": false,
		"http://alerts.example.com":                     false,
		"http://relay":                                  false,
		"http://relay.svc":                              false,
		"http://a.relay.chat.svc":                       false,
		"http://relay.chat.svc.example.com":             false,
		"http://.chat.svc":                              false,
		"http://127.0.0.1:8080":                         false,
		"ftp://relay.chat.svc":                          false,
		"https://exa mple.com":                          false,
	} {
		assert.Equal(t, want, spec.IsWebhookURL(address), address)
	}
}
