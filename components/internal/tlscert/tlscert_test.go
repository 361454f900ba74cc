package tlscert_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/internal/tlscert"
)

func TestNew(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	bundle, err := tlscert.New(from, "store", "store.data.svc.cluster.local", "127.0.0.1")
	require.NoError(t, err)
	_, err = tls.X509KeyPair([]byte(bundle.Certificate), []byte(bundle.Key))
	require.NoError(t, err, "the key belongs to the certificate")

	certificate := parse(t, bundle.Certificate)
	authorities := x509.NewCertPool()
	require.True(t, authorities.AppendCertsFromPEM([]byte(bundle.Authority)))
	for _, test := range []struct {
		host    string
		at      time.Time
		message string
	}{
		{"store", from, ""},
		{"store", from.Add(-30 * time.Minute), ""},
		{"127.0.0.1", from, ""},
		{"store.data.svc.cluster.local", from.Add(tlscert.Lifetime - time.Minute), ""},
		{"store.other.svc.cluster.local", from, "certificate is valid for"},
		{"store", from.Add(tlscert.Lifetime + time.Minute), "expired or is not yet valid"},
		{"store", from.Add(-2 * time.Hour), "expired or is not yet valid"},
	} {
		_, err := certificate.Verify(x509.VerifyOptions{DNSName: test.host, Roots: authorities, CurrentTime: test.at})
		if test.message == "" {
			assert.NoError(t, err, test.host)
		} else {
			assert.ErrorContains(t, err, test.message, test.host)
		}
	}
	authority := parse(t, bundle.Authority)
	assert.True(t, authority.IsCA && authority.MaxPathLenZero)
	assert.True(t, authority.NotAfter.After(certificate.NotAfter))
	assert.False(t, certificate.IsCA)
}

func TestNeverTheSame(t *testing.T) {
	t.Parallel()
	first, err := tlscert.New(time.Now(), "store")
	require.NoError(t, err)
	second, err := tlscert.New(time.Now(), "store")
	require.NoError(t, err)
	assert.NotEqual(t, first.Key, second.Key)
	assert.NotEqual(t, parse(t, first.Certificate).SerialNumber, parse(t, second.Certificate).SerialNumber)
	stranger := x509.NewCertPool()
	require.True(t, stranger.AppendCertsFromPEM([]byte(second.Authority)))
	_, err = parse(t, first.Certificate).Verify(x509.VerifyOptions{DNSName: "store", Roots: stranger})
	require.Error(t, err)
}

func TestNoHost(t *testing.T) {
	t.Parallel()
	_, err := tlscert.New(time.Now())
	require.EqualError(t, err, "making certificate: no host")
}

func parse(t *testing.T, text string) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode([]byte(text))
	require.NotNil(t, block)
	require.Empty(t, rest)
	parsed, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return parsed
}
