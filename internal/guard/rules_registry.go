package guard

func registryRules() []Rule {
	repository := []string{typeRepository}
	return []Rule{
		{
			ID: "MLOPS-ECR-001", Title: "image tags are immutable",
			Reason: "A tag that can be moved lets somebody replace what runs without a deployment.",
			Fix:    "set imageTagMutability to IMMUTABLE",
			Types:  repository, Check: func(r Resource) []Finding {
				var f findings
				f.unless(is(r.at("imageTagMutability"), "IMMUTABLE"), "imageTagMutability is not IMMUTABLE")
				return f
			},
		},
		{
			ID: "MLOPS-ECR-002", Title: "images are scanned when pushed",
			Reason: "An unscanned image carries known vulnerabilities into the cluster unnoticed.",
			Fix:    "set imageScanningConfiguration.scanOnPush to true",
			Types:  repository, Check: func(r Resource) []Finding {
				var f findings
				f.unless(isTrue(r.at("imageScanningConfiguration", "scanOnPush")), "scanOnPush is not true")
				return f
			},
		},
		{
			ID: "MLOPS-ECR-003", Title: "images are encrypted with a customer key",
			Reason: "Encryption of a repository cannot be changed later.",
			Fix:    "set encryptionConfigurations to encryptionType KMS with a kmsKey",
			Types:  repository, Check: func(r Resource) []Finding {
				var f findings
				f.unless(is(r.at("encryptionConfigurations", "encryptionType"), "KMS", "KMS_DSSE"), "encryptionType is not KMS")
				f.unless(isSet(r.at("encryptionConfigurations", "kmsKey")), "kmsKey is not set")
				return f
			},
		},
		{
			ID: "MLOPS-ECR-004", Title: "repositories expire old images",
			Reason: "A repository without a lifecycle policy grows for ever, and so does its bill.",
			Fix:    "add an ecr.LifecyclePolicy for the repository",
			Types:  repository, CheckSet: func(s *Set) []Finding {
				var f findings
				for _, repository := range s.of(typeRepository) {
					if len(s.companions(repository, "repository", typeLifecyclePolicy)) == 0 {
						f.against(repository, "no lifecycle policy belongs to it")
					}
				}
				return f
			},
		},
	}
}
