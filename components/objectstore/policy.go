package objectstore

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

// minTLSVersion is the oldest TLS version the buckets answer.
const minTLSVersion = "1.2"

// when is one operator, key and values of a policy condition.
func when(operator, key string, values ...pulumi.StringInput) iampolicy.Conditions {
	return iampolicy.Conditions{operator: {key: values}}
}

// transportStatements deny plain HTTP and TLS older than minTLSVersion.
func transportStatements(bucket *s3.BucketV2) []iampolicy.Statement {
	everything := []pulumi.StringInput{bucket.Arn, pulumi.Sprintf("%s/*", bucket.Arn)}
	return []iampolicy.Statement{
		{
			Sid: "DenyInsecureTransport", Effect: iampolicy.Deny, Principals: iampolicy.Anyone(),
			Actions: []string{"s3:*"}, Resources: everything,
			Conditions: when("Bool", "aws:SecureTransport", pulumi.String("false")),
		},
		{
			Sid: "DenyOutdatedTLS", Effect: iampolicy.Deny, Principals: iampolicy.Anyone(),
			Actions: []string{"s3:*"}, Resources: everything,
			Conditions: when("NumericLessThan", "s3:TlsVersion", pulumi.String(minTLSVersion)),
		},
	}
}

// encryptionStatements deny writes that ask for other encryption than the
// bucket's default. A write that asks for nothing gets the default, so each
// statement first tests that the header is there: without it a negated
// comparison would match and deny every plain write.
func encryptionStatements(bucket *s3.BucketV2, keyARN pulumi.StringInput) []iampolicy.Statement {
	deny := func(sid string, conditions iampolicy.Conditions) iampolicy.Statement {
		return iampolicy.Statement{
			Sid: sid, Effect: iampolicy.Deny, Principals: iampolicy.Anyone(),
			Actions:    []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{pulumi.Sprintf("%s/*", bucket.Arn)},
			Conditions: conditions,
		}
	}
	other := func(header string, wanted pulumi.StringInput) iampolicy.Conditions {
		return iampolicy.Conditions{
			"Null":            {header: iampolicy.Strings("false")},
			"StringNotEquals": {header: {wanted}},
		}
	}
	return []iampolicy.Statement{
		deny("DenyOtherEncryption", other("s3:x-amz-server-side-encryption", pulumi.String("aws:kms"))),
		deny("DenyOtherKey", other("s3:x-amz-server-side-encryption-aws-kms-key-id", keyARN)),
		// An object under a key that only the client knows is lost to everybody else.
		deny("DenyCustomerProvidedKey",
			when("Null", "s3:x-amz-server-side-encryption-customer-algorithm", pulumi.String("false"))),
	}
}
