package guard

import "strings"

var bucketTypes = []string{typeBucket, typeBucketLegacy}

func bucketRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-S3-001", Title: "buckets block public access",
			Reason: "One wrong policy or ACL otherwise publishes every object.",
			Fix:    "add an s3.BucketPublicAccessBlock with all four settings true",
			Types:  []string{typeBucketPublicAccess, typeBucket, typeBucketLegacy},
			Check:  publicAccessBlocked, CheckSet: needs("public access block", typeBucketPublicAccess),
		},
		{
			ID: "MLOPS-S3-002", Title: "buckets have no public ACL",
			Reason: "ACLs grant access that no policy review sees.",
			Fix:    "remove the ACL; BucketOwnerEnforced ownership switches ACLs off",
			Types:  []string{typeBucketACL, typeBucket, typeBucketLegacy}, Check: noPublicACL,
		},
		{
			ID: "MLOPS-S3-003", Title: "buckets are encrypted with a customer key",
			Reason: "Access to objects under a key of the platform can be audited and revoked.",
			Fix:    "add an s3.BucketServerSideEncryptionConfigurationV2 with aws:kms, a key and bucketKeyEnabled; only targets of access logs may use AES256, because S3 delivers no logs to SSE-KMS buckets",
			Types:  []string{typeBucketEncryption, typeBucket, typeBucketLegacy}, CheckSet: bucketsEncrypted,
		},
		{
			ID: "MLOPS-S3-004", Title: "buckets keep versions",
			Reason: "Without versions an overwritten model or data set is gone.",
			Fix:    "add an s3.BucketVersioningV2 with status Enabled",
			Types:  []string{typeBucketVersioning, typeBucket, typeBucketLegacy},
			Check: onType(typeBucketVersioning, func(r Resource, f *findings) {
				f.unless(is(r.at("versioningConfiguration", "status"), "Enabled"), "status is not Enabled")
			}),
			CheckSet: needs("versioning", typeBucketVersioning),
		},
		{
			ID: "MLOPS-S3-005", Title: "buckets own their objects",
			Reason: "Otherwise an object written by another account belongs to that account, and ACLs count.",
			Fix:    "add an s3.BucketOwnershipControls with BucketOwnerEnforced",
			Types:  []string{typeBucketOwnership, typeBucket, typeBucketLegacy},
			Check: onType(typeBucketOwnership, func(r Resource, f *findings) {
				f.unless(is(r.at("rule", "objectOwnership"), "BucketOwnerEnforced"), "objectOwnership is not BucketOwnerEnforced")
			}),
			CheckSet: needs("ownership controls", typeBucketOwnership),
		},
		{
			ID: "MLOPS-S3-006", Title: "buckets accept TLS only",
			Reason: "S3 answers plain HTTP unless the bucket policy denies it.",
			Fix:    "deny s3:* to everyone when aws:SecureTransport is false in the bucket's policy",
			Types:  []string{typeBucketPolicy, typeBucket, typeBucketLegacy},
			Check: onType(typeBucketPolicy, func(r Resource, f *findings) {
				f.unless(deniesPlainHTTP(r.at("policy")), "no statement denies requests without TLS")
			}),
			CheckSet: needs("policy", typeBucketPolicy),
		},
	}
}

// onType limits a check to one of a rule's types.
func onType(typeToken string, check func(Resource, *findings)) func(Resource) []Finding {
	return func(r Resource) []Finding {
		var f findings
		if r.Type == typeToken {
			check(r, &f)
		}
		return f
	}
}

// needs finds buckets without a companion of the given type.
func needs(what, typeToken string) func(*Set) []Finding {
	return func(s *Set) []Finding {
		var f findings
		for _, bucket := range s.of(bucketTypes...) {
			if len(s.companions(bucket, "bucket", typeToken)) == 0 {
				f.against(bucket, "no %s belongs to it", what)
			}
		}
		return f
	}
}

var publicAccessSettings = []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}

func publicAccessBlocked(r Resource) []Finding {
	return onType(typeBucketPublicAccess, func(r Resource, f *findings) {
		for _, setting := range publicAccessSettings {
			f.unless(isTrue(r.at(setting)), "%s is not true", setting)
		}
	})(r)
}

var publicGroups = []string{"/groups/global/AllUsers", "/groups/global/AuthenticatedUsers"}

func noPublicACL(r Resource) []Finding {
	var f findings
	acl := r.at("acl")
	f.when(is(acl, "public-read", "public-read-write", "authenticated-read"), "acl is %v", acl)
	for _, path := range [][]string{{"accessControlPolicy", "grants"}, {"grants"}} {
		grants, _ := items(r.at(path...))
		for i, grant := range grants {
			uri := scalarText(child(grant, "uri")) + scalarText(child(child(grant, "grantee"), "uri"))
			for _, group := range publicGroups {
				f.when(fact(strings.HasSuffix(uri, group)), "grants[%d] is to %s", i, group)
			}
		}
	}
	return f
}

func bucketsEncrypted(s *Set) []Finding {
	var f findings
	for _, bucket := range s.of(bucketTypes...) {
		configurations := s.companions(bucket, "bucket", typeBucketEncryption)
		if len(configurations) == 0 {
			f.against(bucket, "no encryption configuration belongs to it")
		}
		for _, configuration := range configurations {
			if !s.receivesLogs(bucket) {
				f = append(f, usesKMS(configuration)...)
			}
		}
	}
	return f
}

func usesKMS(r Resource) []Finding {
	var f findings
	rule := r.at("rules")
	byDefault := child(rule, "applyServerSideEncryptionByDefault")
	f.unless(is(child(byDefault, "sseAlgorithm"), "aws:kms", "aws:kms:dsse"), "sseAlgorithm is not aws:kms")
	f.unless(isSet(child(byDefault, "kmsMasterKeyId")), "kmsMasterKeyId is not set")
	f.unless(isTrue(child(rule, "bucketKeyEnabled")), "bucketKeyEnabled is not true, so every object costs a KMS request")
	for i := range f {
		f[i].Resource = r
	}
	return f
}

// receivesLogs says whether access logs of another bucket go to this one.
func (s *Set) receivesLogs(bucket Resource) bool {
	for _, logging := range s.of(typeBucketLogging) {
		if s.targets(logging, bucket) {
			return true
		}
	}
	return false
}

// targets falls back to the name when neither the origin nor the value of the
// target is known, as for a bucket that AWS names.
func (s *Set) targets(logging, bucket Resource) bool {
	if references := logging.References["targetBucket"]; len(references) > 0 && bucket.URN != "" {
		for _, urn := range references {
			if urn == bucket.URN {
				return true
			}
		}
		return false
	}
	physical, known := bucket.at("bucket").(string)
	if target, decided := logging.at("targetBucket").(string); decided && known {
		return target == physical
	}
	return logging.Parent == bucket.Parent && strings.HasSuffix(bucket.Name, "logs")
}
