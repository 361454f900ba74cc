package localcluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// validity of the certificates; a control plane lives for hours.
const validity = 30 * 24 * time.Hour

// authority issues certificates. Its key never leaves the process.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	folder      string
}

// pair are the paths of a certificate and its key.
type pair struct{ cert, key string }

// newAuthority makes a certificate authority and writes its certificate.
func newAuthority(folder, name string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate(name, nil)
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making the authority %s: %w", name, err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	a := &authority{certificate: parsed, key: key, folder: filepath.Join(folder, name)}
	return a, writePEM(a.path(), "CERTIFICATE", der)
}

// path of the authority's certificate.
func (a *authority) path() string { return a.folder + ".crt" }

// server issues a certificate for the names and addresses of loopback.
func (a *authority) server(name string, addresses ...net.IP) (pair, error) {
	template := certificate(name, nil)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	template.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	template.IPAddresses = append([]net.IP{net.IPv4(127, 0, 0, 1)}, addresses...)
	return a.issue(template)
}

// client issues a certificate for a user in groups.
func (a *authority) client(user string, groups ...string) (pair, error) {
	template := certificate(user, groups)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.issue(template)
}

func (a *authority) issue(template *x509.Certificate) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return pair{}, fmt.Errorf("issuing the certificate of %s: %w", template.Subject.CommonName, err)
	}
	base := a.folder + "-" + fileName(template.Subject.CommonName)
	issued := pair{cert: base + ".crt", key: base + ".key"}
	return issued, errors.Join(writePEM(issued.cert, "CERTIFICATE", der), writeKey(issued.key, key))
}

func certificate(name string, groups []string) *x509.Certificate {
	var serial [16]byte
	_, _ = rand.Read(serial[:]) // it never returns an error
	serial[0] &= 0x7f           // a serial number is positive
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:]),
		Subject:      pkix.Name{CommonName: name, Organization: groups},
		NotBefore:    now.Add(-time.Hour), // clocks of one machine agree; this is for a step back
		NotAfter:     now.Add(validity),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

// fileName turns a user such as system:kube-scheduler into part of a file name.
func fileName(name string) string {
	safe := []rune(name)
	for i, r := range safe {
		if r == ':' || r == '/' {
			safe[i] = '-'
		}
	}
	return string(safe)
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path, "EC PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// serviceAccountKey makes the key that signs tokens of service accounts.
func serviceAccountKey(folder string) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return pair{}, err
	}
	keys := pair{cert: filepath.Join(folder, "service-accounts.pub"), key: filepath.Join(folder, "service-accounts.key")}
	return keys, errors.Join(writePEM(keys.cert, "PUBLIC KEY", public), writeKey(keys.key, key))
}
