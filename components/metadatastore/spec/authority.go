package spec

import (
	"crypto/x509"
	_ "embed" // the authorities
	"encoding/pem"
	"fmt"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Authority is the certificate authority of the servers. RDS has one of this name in
// each region, valid until 2061 or later.
const Authority = "rds-ca-rsa2048-g1"

// authoritiesFile holds the authority of each region that a public copy of the bundle
// of RDS has, as PEM.
//
//go:embed rds-ca-rsa2048-g1.pem
var authoritiesFile []byte

// authorities are the certificates by the region in their subjects.
var authorities = sync.OnceValue(func() map[string]string {
	found := map[string]string{}
	for block, rest := pem.Decode(authoritiesFile); block != nil; block, rest = pem.Decode(rest) {
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			region := strings.TrimSuffix(strings.TrimPrefix(certificate.Subject.CommonName, "Amazon RDS "), " Root CA RSA2048 G1")
			found[region] = string(pem.EncodeToMemory(block))
		}
	}
	return found
})

// AuthorityOf returns the certificate of the authority in a region, as PEM; empty
// where none comes with this package.
func AuthorityOf(region string) string { return authorities()[region] }

// CheckAuthority reports a region whose authority is neither in the settings nor
// in this package. Without it a client cannot tell the database from another server.
// A region that is itself wrong is not reported.
func (m MetadataStore) CheckAuthority(path *field.Path, region string) field.ErrorList {
	if m.CACertificate != "" || AuthorityOf(region) != "" || !awsenv.IsRegion(region) {
		return nil
	}
	return field.ErrorList{field.Required(path.Child("caCertificate"), fmt.Sprintf(
		"the authority of %s does not come with this program: put %s of https://truststore.pki.rds.amazonaws.com/%s/%s-bundle.pem here",
		region, Authority, region, region))}
}

// checkCertificate accepts certificates of authorities as PEM, or nothing.
func checkCertificate(path *field.Path, text string) field.ErrorList {
	rest := []byte(strings.TrimSpace(text))
	for len(rest) > 0 {
		block, after := pem.Decode(rest)
		if block == nil {
			return field.ErrorList{field.Invalid(path, shortened(rest), "must be certificates as PEM and nothing else")}
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !certificate.IsCA {
			return field.ErrorList{field.Invalid(path, shortened(rest), "must be the certificate of an authority")}
		}
		rest = []byte(strings.TrimSpace(string(after)))
	}
	return nil
}

// shortened is enough of a text to find it again.
func shortened(text []byte) string {
	const most = 40
	line, _, more := strings.Cut(string(text), "\n")
	if len(line) > most {
		line, more = line[:most], true
	}
	if more {
		line += "..."
	}
	return line
}
