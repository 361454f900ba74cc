package guard

// encryptedBy describes a service whose resources name their key in one input.
type encryptedBy struct {
	id, title, typeToken, input string
}

func encryptionRules() []Rule {
	services := []encryptedBy{
		{"MLOPS-ENC-001", "log groups are encrypted with a customer key", typeLogGroup, "kmsKeyId"},
		{"MLOPS-ENC-002", "topics are encrypted with a customer key", typeTopic, "kmsMasterKeyId"},
		{"MLOPS-ENC-003", "queues are encrypted with a customer key", typeQueue, "kmsMasterKeyId"},
		{"MLOPS-ENC-004", "secrets are encrypted with a customer key", typeSecret, "kmsKeyId"},
		{"MLOPS-ENC-005", "backup vaults are encrypted with a customer key", typeBackupVault, "kmsKeyArn"},
		{"MLOPS-ENC-006", "file systems are encrypted with a customer key", typeFileSystem, "kmsKeyId"},
	}
	rules := make([]Rule, 0, len(services)+2)
	for _, s := range services {
		rules = append(rules, s.rule())
	}
	return append(rules, volumeRule(), retentionRule())
}

func (s encryptedBy) rule() Rule {
	return Rule{
		ID: s.id, Title: s.title,
		Reason: "Access to data under a key of the platform can be audited and revoked; under an AWS-owned key it cannot.",
		Fix:    "set " + s.input + " to a key of the platform",
		Types:  []string{s.typeToken},
		Check: func(r Resource) []Finding {
			var f findings
			f.unless(isSet(r.at(s.input)), "%s is not set", s.input)
			if s.typeToken == typeFileSystem {
				f.unless(isTrue(r.at("encrypted")), "encrypted is not true")
			}
			return f
		},
	}
}

func volumeRule() Rule {
	return Rule{
		ID: "MLOPS-ENC-007", Title: "volumes are encrypted",
		Reason: "Volumes hold container layers, checkpoints and swap; snapshots of plain volumes are plain.",
		Fix:    "set encrypted to true on the volume or on every block device mapping",
		Types:  []string{typeLaunchTemplate, typeInstance, typeVolume, "aws:ec2/launchConfiguration:LaunchConfiguration"},
		Check:  volumesEncrypted,
	}
}

func volumesEncrypted(r Resource) []Finding {
	var f findings
	switch r.Type {
	case typeVolume:
		f.unless(isTrue(r.at("encrypted")), "encrypted is not true")
	case typeLaunchTemplate:
		mappings, answer := items(r.at("blockDeviceMappings"))
		if answer == yes && len(mappings) == 0 {
			f.unless(no, "blockDeviceMappings is not set, so the image decides")
		}
		for i, mapping := range mappings {
			if isSet(child(mapping, "ebs")) == yes {
				f.unless(isTrue(child(child(mapping, "ebs"), "encrypted")), "blockDeviceMappings[%d].ebs.encrypted is not true", i)
			}
		}
	default:
		f.unless(isTrue(r.at("rootBlockDevice", "encrypted")), "rootBlockDevice.encrypted is not true")
		devices, _ := items(r.at("ebsBlockDevices"))
		for i, device := range devices {
			f.unless(isTrue(child(device, "encrypted")), "ebsBlockDevices[%d].encrypted is not true", i)
		}
	}
	return f
}

func retentionRule() Rule {
	return Rule{
		ID: "MLOPS-LOG-001", Title: "log groups have a retention",
		Reason: "Without one CloudWatch keeps, and bills, logs for ever.",
		Fix:    "set retentionInDays",
		Types:  []string{typeLogGroup},
		Check: func(r Resource) []Finding {
			var f findings
			days, answer := number(r.at("retentionInDays"))
			f.when(fact(answer == no || (answer == yes && days == 0)), "retentionInDays is not set")
			return f
		},
	}
}

func keyRules() []Rule {
	return []Rule{{
		ID: "MLOPS-KMS-001", Title: "keys rotate",
		Reason: "Rotation limits how much data one key protects, and costs nothing to use.",
		Fix:    "set enableKeyRotation to true",
		Types:  []string{typeKey},
		Check: func(r Resource) []Finding {
			var f findings
			if rotates(r) {
				f.unless(isTrue(r.at("enableKeyRotation")), "enableKeyRotation is not true")
			}
			return f
		},
	}}
}

// rotates says whether AWS can rotate the key: only symmetric keys for encryption.
func rotates(r Resource) bool {
	usage, spec := r.at("keyUsage"), r.at("customerMasterKeySpec")
	symmetric := spec == nil || is(spec, "SYMMETRIC_DEFAULT") == yes
	encrypts := usage == nil || is(usage, "ENCRYPT_DECRYPT") == yes
	return symmetric && encrypts && r.at("customKeyStoreId") == nil
}
