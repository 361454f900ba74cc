// Package tlscert makes the certificates of servers inside the cluster.
package tlscert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// How long the certificates are valid.
const (
	// Lifetime of a server's certificate: longer than a cluster usually lives,
	// because nothing renews it but a deliberate replacement.
	Lifetime = 5 * 365 * 24 * time.Hour
	// AuthorityLifetime is twice that, so a certificate never outlives its authority.
	AuthorityLifetime = 2 * Lifetime
	// skew is how far the clocks of two machines may be apart.
	skew = time.Hour
)

// Bundle is a certificate with its key, and the authority that signed it, as
// PEM. The key of the authority is thrown away: it signs once, and what does
// not exist cannot sign for somebody else.
type Bundle struct {
	Authority, Certificate, Key string
}

// New makes an authority and a certificate for hosts, DNS names or addresses;
// the first one is its subject. It is valid from one hour before from, for
// Lifetime. The keys are ECDSA on P-256, which every TLS library knows.
func New(from time.Time, hosts ...string) (*Bundle, error) {
	if len(hosts) == 0 {
		return nil, fmt.Errorf("making certificate: no host")
	}
	authorityKey, authority, err := newAuthority(from, hosts[0])
	if err != nil {
		return nil, fmt.Errorf("making authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making key: %w", err)
	}
	template, err := newTemplate(from, Lifetime, hosts[0])
	if err != nil {
		return nil, err
	}
	template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, fmt.Errorf("signing certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encoding key: %w", err)
	}
	return &Bundle{
		Authority:   encode("CERTIFICATE", authority.Raw),
		Certificate: encode("CERTIFICATE", certificate),
		Key:         encode("PRIVATE KEY", private),
	}, nil
}

func newAuthority(from time.Time, subject string) (*ecdsa.PrivateKey, *x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template, err := newTemplate(from, AuthorityLifetime, subject+" authority")
	if err != nil {
		return nil, nil, err
	}
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = true, true, true
	template.KeyUsage = x509.KeyUsageCertSign
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := x509.ParseCertificate(signed)
	return key, parsed, err
}

func newTemplate(from time.Time, lifetime time.Duration, subject string) (*x509.Certificate, error) {
	// 128 random bits, as the rules for public authorities ask for at least 64.
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return nil, fmt.Errorf("making serial number: %w", err)
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: subject},
		NotBefore:    from.Add(-skew),
		NotAfter:     from.Add(lifetime),
	}, nil
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
