package metadatastore_test

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

// Each authority is the one of its region: it signed itself, may sign servers, and
// is valid for as long as RDS says.
func TestAuthorities(t *testing.T) {
	t.Parallel()
	var missing []string
	for _, region := range awsenv.Regions() {
		text := spec.AuthorityOf(region)
		if text == "" {
			missing = append(missing, region)
			continue
		}
		block, rest := pem.Decode([]byte(text))
		require.NotNil(t, block, region)
		assert.Empty(t, rest, region)
		certificate, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err, region)
		assert.Equal(t, "Amazon RDS "+region+" Root CA RSA2048 G1", certificate.Subject.CommonName)
		assert.Equal(t, []string{"Amazon Web Services, Inc."}, certificate.Subject.Organization)
		assert.True(t, certificate.IsCA, region)
		require.NoError(t, certificate.CheckSignatureFrom(certificate), region)
		assert.True(t, certificate.NotAfter.After(time.Date(2061, 1, 1, 0, 0, 0, 0, time.UTC)), region)
	}
	assert.Equal(t, []string{
		"ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "il-central-1", "mx-central-1",
		"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1",
	}, missing)
	assert.Empty(t, spec.AuthorityOf("Beta us-east-1"))
}

func TestAuthorityOfTheCallerGoesFirst(t *testing.T) {
	t.Parallel()
	own := spec.AuthorityOf("eu-west-2")
	args := valid.MetadataStore()
	args.Region, args.CACertificate = "il-central-1", own
	var got string
	harness.Run(t, func(ctx *pulumi.Context) error {
		store, err := metadatastore.New(ctx, "db", args)
		if err != nil {
			return err
		}
		ctx.Export("ca", store.CACertificate.ApplyT(func(text string) string { got = text; return text }))
		return nil
	})
	assert.Equal(t, own, got)

	args.CACertificate = ""
	_, err := harness.RunErr(harness.Program(metadatastore.New, "db", args))
	require.ErrorContains(t, err, `caCertificate: Required value: the authority of il-central-1 does not come with this program`)
}
