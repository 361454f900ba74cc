package datastore

import (
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/tlscert"
)

// Administrator makes the Secret of the administrator of a store and of the
// certificate of its server. suffix ends the Pulumi name, secret is the name in
// the cluster.
func (s *Store) Administrator(ctx *pulumi.Context, suffix, secret, user string) (*credential.Secret, error) {
	certificate, err := tlscert.New(time.Now(), hosts(s.args.App, s.args.Namespace)...)
	if err != nil {
		return nil, err
	}
	return credential.New(ctx, s.name+"-"+suffix, s.Meta(secret), map[string]string{
		UserKey:        user,
		PasswordKey:    credential.Password(),
		AuthorityKey:   certificate.Authority,
		CertificateKey: certificate.Certificate,
		PrivateKeyKey:  certificate.Key,
	}, s.Inside()...)
}
