package guard_test

import (
	"testing"

	"github.com/mlops-iac/mlops/internal/guard"
)

const (
	instance       = "aws:rds/instance:Instance"
	dbCluster      = "aws:rds/cluster:Cluster"
	parameterGroup = "aws:rds/parameterGroup:ParameterGroup"
	repository     = "aws:ecr/repository:Repository"
	key            = "aws:kms/key:Key"
	logGroup       = "aws:cloudwatch/logGroup:LogGroup"
	launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate"
	secret         = "aws:secretsmanager/secret:Secret"
)

func databaseCases() []ruleCase {
	return []ruleCase{
		{"MLOPS-RDS-001", "plain", one(instance, m{"kmsKeyId": "k"}), []string{"x: storageEncrypted is not true"}},
		{"MLOPS-RDS-001", "AWS key", one(dbCluster, m{"storageEncrypted": true}), []string{"x: kmsKeyId is not set"}},
		{"MLOPS-RDS-001", "key not decided yet", one(instance, m{"storageEncrypted": true, "kmsKeyId": guard.Unknown{}}), nil},
		{"MLOPS-RDS-002", "public", one(instance, m{"publiclyAccessible": true}), []string{"x: publiclyAccessible is true"}},
		{"MLOPS-RDS-002", "private by default", one(instance, m{}), nil},
		{"MLOPS-RDS-002", "not decided", one(instance, m{"publiclyAccessible": guard.Unknown{}}), nil},
		{"MLOPS-RDS-003", "instance default", one(instance, m{}), []string{"x: backupRetentionPeriod is not set, which means no backups"}},
		{"MLOPS-RDS-003", "switched off", one(dbCluster, m{"backupRetentionPeriod": 0.0}), []string{"x: backupRetentionPeriod is 0"}},
		{"MLOPS-RDS-003", "one day", one(instance, m{"backupRetentionPeriod": 1.0}), nil},
		{"MLOPS-RDS-003", "cluster default", one(dbCluster, m{}), nil},
		{"MLOPS-RDS-003", "read replica", one(instance, m{"replicateSourceDb": "x"}), nil},
		{"MLOPS-RDS-004", "no parameter group", one(instance, m{}), []string{"x: parameterGroupName is not set, so the engine's defaults apply"}},
		{"MLOPS-RDS-004", "cluster without group", one(dbCluster, m{}), []string{"x: dbClusterParameterGroupName is not set, so the engine's defaults apply"}},
		{
			"MLOPS-RDS-004", "off",
			one(parameterGroup, m{"family": "postgres17", "parameters": l{m{"name": "rds.force_ssl", "value": "0"}}}),
			[]string{"x: parameter rds.force_ssl is not 1"},
		},
		{"MLOPS-RDS-004", "MySQL", one(parameterGroup, m{"family": "mysql8.0"}), []string{"x: parameter require_secure_transport is not 1"}},
		{
			"MLOPS-RDS-004", "on",
			one(parameterGroup, m{"family": "postgres17", "parameters": l{m{"name": "work_mem", "value": "4"}, m{"name": "rds.force_ssl", "value": "1"}}}),
			nil,
		},
		{"MLOPS-RDS-004", "group named", one(instance, m{"parameterGroupName": guard.Unknown{}}), nil},
		{"MLOPS-RDS-004", "parameters not decided", one(parameterGroup, m{"family": "postgres17", "parameters": guard.Unknown{}}), nil},
		{"MLOPS-RDS-005", "default VPC", one(instance, m{}), []string{"x: dbSubnetGroupName is not set", "x: vpcSecurityGroupIds is not set"}},
		{"MLOPS-RDS-005", "placed", one(instance, m{"dbSubnetGroupName": "g", "vpcSecurityGroupIds": l{guard.Unknown{}}}), nil},
		{"MLOPS-RDS-006", "password", one(instance, m{"password": "p", "manageMasterUserPassword": true}), []string{"x: password is set"}},
		{"MLOPS-RDS-006", "nothing", one(dbCluster, m{}), []string{"x: manageMasterUserPassword is not true"}},
		{"MLOPS-RDS-006", "managed", one(instance, m{"manageMasterUserPassword": true}), nil},
	}
}

func registryCases() []ruleCase {
	kms := m{"encryptionConfigurations": l{m{"encryptionType": "KMS", "kmsKey": guard.Unknown{}}}}
	return []ruleCase{
		{"MLOPS-ECR-001", "mutable", one(repository, m{"imageTagMutability": "MUTABLE"}), []string{"x: imageTagMutability is not IMMUTABLE"}},
		{"MLOPS-ECR-001", "immutable", one(repository, m{"imageTagMutability": "IMMUTABLE"}), nil},
		{"MLOPS-ECR-002", "unscanned", one(repository, m{}), []string{"x: scanOnPush is not true"}},
		{"MLOPS-ECR-002", "scanned", one(repository, m{"imageScanningConfiguration": m{"scanOnPush": true}}), nil},
		{"MLOPS-ECR-003", "AES", one(repository, m{"encryptionConfigurations": l{m{"encryptionType": "AES256"}}}), []string{"x: encryptionType is not KMS", "x: kmsKey is not set"}},
		{"MLOPS-ECR-003", "KMS", one(repository, kms), nil},
		{"MLOPS-ECR-004", "keeps everything", one(repository, m{}), []string{"x: no lifecycle policy belongs to it"}},
		{
			"MLOPS-ECR-004", "expires",
			[]guard.Resource{res(repository, "reg-a", m{}), res("aws:ecr/lifecyclePolicy:LifecyclePolicy", "reg-a-lifecycle", m{"repository": guard.Unknown{}})},
			nil,
		},
	}
}

func encryptionCases() []ruleCase {
	cases := []ruleCase{
		{"MLOPS-ENC-007", "volume", one("aws:ebs/volume:Volume", m{}), []string{"x: encrypted is not true"}},
		{"MLOPS-ENC-007", "template without mappings", one(launchTemplate, m{}), []string{"x: blockDeviceMappings is not set, so the image decides"}},
		{
			"MLOPS-ENC-007", "template",
			one(launchTemplate, m{"blockDeviceMappings": l{m{"ebs": m{"encrypted": "true"}}, m{"ebs": m{"volumeSize": 9.0}}}}),
			[]string{"x: blockDeviceMappings[1].ebs.encrypted is not true"},
		},
		{"MLOPS-ENC-007", "encrypted template", one(launchTemplate, m{"blockDeviceMappings": l{m{"ebs": m{"encrypted": "true"}}}}), nil},
		{"MLOPS-ENC-007", "instance", one("aws:ec2/instance:Instance", m{"ebsBlockDevices": l{m{}}}), []string{
			"x: ebsBlockDevices[0].encrypted is not true", "x: rootBlockDevice.encrypted is not true",
		}},
		{"MLOPS-LOG-001", "for ever", one(logGroup, m{"retentionInDays": 0.0}), []string{"x: retentionInDays is not set"}},
		{"MLOPS-LOG-001", "default", one(logGroup, m{}), []string{"x: retentionInDays is not set"}},
		{"MLOPS-LOG-001", "30 days", one(logGroup, m{"retentionInDays": 30.0}), nil},
		{"MLOPS-KMS-001", "fixed", one(key, m{}), []string{"x: enableKeyRotation is not true"}},
		{"MLOPS-KMS-001", "rotates", one(key, m{"enableKeyRotation": true}), nil},
		{"MLOPS-KMS-001", "signing keys cannot", one(key, m{"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "ECC_NIST_P256"}), nil},
	}
	for rule, service := range map[string][2]string{
		"MLOPS-ENC-001": {logGroup, "kmsKeyId"},
		"MLOPS-ENC-002": {"aws:sns/topic:Topic", "kmsMasterKeyId"},
		"MLOPS-ENC-003": {"aws:sqs/queue:Queue", "kmsMasterKeyId"},
		"MLOPS-ENC-004": {secret, "kmsKeyId"},
		"MLOPS-ENC-005": {"aws:backup/vault:Vault", "kmsKeyArn"},
		"MLOPS-ENC-006": {"aws:efs/fileSystem:FileSystem", "kmsKeyId"},
	} {
		input := service[1]
		cases = append(cases,
			ruleCase{rule, "no key", one(service[0], m{"encrypted": true}), []string{"x: " + input + " is not set"}},
			ruleCase{rule, "key", one(service[0], m{"encrypted": true, input: guard.Unknown{}}), nil})
	}
	return cases
}

func protectionCases() []ruleCase {
	protected := res(key, "x", m{})
	protected.Protect = true
	return []ruleCase{
		{"MLOPS-PRO-001", "key", one(key, m{}), []string{"x: neither protect nor deletionProtection is set"}},
		{"MLOPS-PRO-001", "protected key", []guard.Resource{protected}, nil},
		{"MLOPS-PRO-001", "database", one(instance, m{"deletionProtection": true}), nil},
		{"MLOPS-PRO-002", "bucket", one(bucket, m{"forceDestroy": true}), []string{"x: forceDestroy is true"}},
		{"MLOPS-PRO-002", "database", one(instance, m{"skipFinalSnapshot": true}), []string{"x: skipFinalSnapshot is true"}},
		{"MLOPS-PRO-002", "secret", one(secret, m{"recoveryWindowInDays": 0.0}), []string{"x: recoveryWindowInDays is 0"}},
		{"MLOPS-PRO-002", "defaults", one(repository, m{"forceDelete": false}), nil},
		{"MLOPS-PRO-003", "VPC", one("aws:ec2/vpc:Vpc", m{}), []string{"x: protect is not set"}},
		{"MLOPS-PRO-003", "database", one(instance, m{"deletionProtection": true}), []string{"x: protect is not set"}},
		{"MLOPS-PRO-003", "protected key", []guard.Resource{protected}, nil},
	}
}

func TestDataRules(t *testing.T) {
	t.Parallel()
	for _, cases := range [][]ruleCase{databaseCases(), registryCases(), encryptionCases(), protectionCases()} {
		runCases(t, cases)
	}
}
