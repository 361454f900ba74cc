package metadatastore_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

const (
	instanceType   = "aws:rds/instance:Instance"
	subnetsType    = "aws:rds/subnetGroup:SubnetGroup"
	parametersType = "aws:rds/parameterGroup:ParameterGroup"
	groupType      = "aws:ec2/securityGroup:SecurityGroup"
	ingressType    = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressType     = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	logsType       = "aws:cloudwatch/logGroup:LogGroup"
	keyType        = "aws:kms/key:Key"
	aliasType      = "aws:kms/alias:Alias"
	roleType       = "aws:iam/role:Role"
	stashType      = "pulumi:index:Stash"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

	keyARN = "arn:aws:kms:eu-west-1:111111111111:db-key"
)

func run(t *testing.T, args *metadatastore.Args, opts ...harness.Option) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(metadatastore.New, "db", args), opts...)
}

func TestInstanceDefaults(t *testing.T) {
	t.Parallel()
	record := run(t, valid.MetadataStore())
	instance := record.One(t, instanceType, "db-instance")
	for input, want := range map[string]any{
		"identifier": "db", "engine": "postgres", "engineVersion": "17", "autoMinorVersionUpgrade": true,
		"instanceClass": "db.t4g.small", "multiAz": false, "dbName": "mlops", "username": "mlops",
		"storageType": "gp3", "allocatedStorage": 20.0, "maxAllocatedStorage": 100.0,
		"storageEncrypted": true, "kmsKeyId": keyARN,
		"manageMasterUserPassword": true, "masterUserSecretKmsKeyId": keyARN, "iamDatabaseAuthenticationEnabled": true,
		"port": 5432.0, "publiclyAccessible": false, "caCertIdentifier": "rds-ca-rsa2048-g1",
		"vpcSecurityGroupIds.0": "db-sg-id", "dbSubnetGroupName": "db-subnets", "parameterGroupName": "db-parameters",
		"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"},
		"monitoringInterval":           60.0, "monitoringRoleArn": "arn:aws:iam:eu-west-1:111111111111:db-monitoring",
		"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": keyARN, "performanceInsightsRetentionPeriod": 7.0,
		"backupRetentionPeriod": 7.0, "backupWindow": "03:00-04:00", "maintenanceWindow": "sun:04:30-sun:05:30",
		"copyTagsToSnapshot": true, "deletionProtection": false, "deleteAutomatedBackups": false,
		"skipFinalSnapshot": false,
		// The first 8 characters of what mocks say the id of the stash is.
		"finalSnapshotIdentifier": "final-db-db-final",
		"password":                nil, "passwordWo": nil,
	} {
		assert.Equal(t, want, instance.Prop(input), input)
	}
	assert.Equal(t, []any{"subnet-db-a", "subnet-db-b"}, record.One(t, subnetsType, "db-subnets").Prop("subnetIds"))
	for _, earlier := range []string{"db-logs-postgresql", "db-logs-upgrade", "db-monitoring-policy"} {
		harness.AssertDependsOn(t, instance, earlier)
	}
	assert.Empty(t, record.Invokes())
}

func TestParameters(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]struct {
		family  string
		upgrade bool
	}{
		"16": {"postgres16", true}, "17": {"postgres17", true}, "17.6": {"postgres17", false}, "18": {"postgres18", true},
	} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			args := valid.MetadataStore()
			args.EngineVersion = version
			record := run(t, args)
			group := record.One(t, parametersType, "db-parameters")
			assert.Equal(t, want.family, group.Prop("family"))
			assert.Equal(t, want.upgrade, record.One(t, instanceType, "db-instance").Prop("autoMinorVersionUpgrade"))
			values := map[string]any{}
			for _, parameter := range group.Prop("parameters").([]any) {
				fields := parameter.(map[string]any)
				values[fields["name"].(string)] = fields["value"]
				assert.Equal(t, "immediate", fields["applyMethod"], fields["name"])
			}
			assert.Equal(t, map[string]any{
				"rds.force_ssl": "1", "password_encryption": "scram-sha-256", "log_connections": "1",
				"log_disconnections": "1", "log_lock_waits": "1", "log_min_duration_statement": "1000",
			}, values)
		})
	}
}

// Proves C7 by Pulumi mocks: RDS is told that it may take a new major version, and that it
// is not to wait, where the settings say so, and else nothing.
func TestC7Upgrades(t *testing.T) {
	t.Parallel()
	for _, said := range []bool{false, true} {
		args := valid.MetadataStore()
		args.AllowMajorVersionUpgrade, args.ApplyImmediately = said, said
		instance := run(t, args).One(t, instanceType, "db-instance")
		want := any(nil)
		if said {
			want = true
		}
		assert.Equal(t, want, instance.Prop("allowMajorVersionUpgrade"))
		assert.Equal(t, want, instance.Prop("applyImmediately"))
	}
}

func TestOnlyTheGroupsGivenMayConnect(t *testing.T) {
	t.Parallel()
	for name, allowed := range map[string][]string{"nobody": nil, "one": {"sg-a"}, "two": {"sg-a", "sg-b"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.MetadataStore()
			args.AllowedSecurityGroupIDs = nil
			for _, id := range allowed {
				args.AllowedSecurityGroupIDs = append(args.AllowedSecurityGroupIDs, pulumi.String(id))
			}
			record := run(t, args)
			group := record.One(t, groupType, "db-sg")
			assert.Equal(t, "vpc-1", group.Prop("vpcId"))
			assert.Nil(t, group.Prop("ingress"), "inline rules fight with rule resources")
			assert.Nil(t, group.Prop("egress"))
			assert.Empty(t, record.OfType(egressType))
			rules := record.OfType(ingressType)
			require.Len(t, rules, len(allowed))
			for i, rule := range rules {
				assert.Equal(t, "db-ingress-"+string(rune('0'+i)), rule.Name)
				assert.Equal(t, "db-sg-id", rule.Prop("securityGroupId"))
				assert.Equal(t, allowed[i], rule.Prop("referencedSecurityGroupId"))
				assert.Equal(t, "tcp", rule.Prop("ipProtocol"))
				assert.EqualValues(t, 5432, rule.Prop("fromPort"))
				assert.EqualValues(t, 5432, rule.Prop("toPort"))
				assert.Nil(t, rule.Prop("cidrIpv4"))
			}
		})
	}
}

func TestLogsAreEncryptedBeforeTheInstanceWritesThem(t *testing.T) {
	t.Parallel()
	args := valid.MetadataStore()
	args.Identifier, args.LogRetentionDays = "metadata", 90
	record := run(t, args)
	require.Len(t, record.OfType(logsType), 2)
	for _, export := range []string{"postgresql", "upgrade"} {
		group := record.One(t, logsType, "db-logs-"+export)
		assert.Equal(t, "/aws/rds/instance/metadata/"+export, group.Prop("name"))
		assert.Equal(t, keyARN, group.Prop("kmsKeyId"))
		assert.EqualValues(t, 90, group.Prop("retentionInDays"))
	}
	key := record.One(t, keyType, "db-key")
	assert.Equal(t, true, key.Prop("enableKeyRotation"))
	assert.EqualValues(t, 30, key.Prop("deletionWindowInDays"))
	assert.Equal(t, "db-key-id", record.One(t, aliasType, "db-key-alias").Prop("targetKeyId"))

	policy := harness.Statements(t, key, "policy")
	require.Len(t, policy, 2)
	assert.Equal(t, map[string]any{"AWS": []any{"arn:aws:iam::111111111111:root"}}, policy[0]["Principal"])
	assert.Equal(t, map[string]any{"Service": []any{"logs.eu-west-1.amazonaws.com"}}, policy[1]["Principal"])
	assert.Equal(t, map[string]any{"ArnLike": map[string]any{"kms:EncryptionContext:aws:logs:arn": []any{
		"arn:aws:logs:eu-west-1:111111111111:log-group:/aws/rds/instance/metadata/*",
	}}}, policy[1]["Condition"])
}

func TestMonitoringRole(t *testing.T) {
	t.Parallel()
	args := valid.MetadataStore()
	args.Region, args.Partition, args.CACertificate = "cn-north-1", "aws-cn", spec.AuthorityOf("eu-west-1")
	record := run(t, args)
	trust := harness.Statements(t, record.One(t, roleType, "db-monitoring"), "assumeRolePolicy")
	require.Len(t, trust, 1)
	assert.Equal(t, map[string]any{"Service": []any{"monitoring.rds.amazonaws.com"}}, trust[0]["Principal"])
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": []any{"111111111111"}},
		"ArnLike":      map[string]any{"aws:SourceArn": []any{"arn:aws-cn:rds:cn-north-1:111111111111:db:db"}},
	}, trust[0]["Condition"])
	attachment := record.One(t, attachmentType, "db-monitoring-policy")
	assert.Equal(t, "arn:aws-cn:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole", attachment.Prop("policyArn"))
	assert.Equal(t, "db-monitoring", attachment.Prop("role"))
	policy := harness.Statements(t, record.One(t, keyType, "db-key"), "policy")
	assert.Equal(t, map[string]any{"Service": []any{"logs.cn-north-1.amazonaws.com.cn"}}, policy[1]["Principal"])
}

func TestProduction(t *testing.T) {
	t.Parallel()
	args := valid.MetadataStore()
	args.MultiAZ, args.InstanceClass = true, "db.m7g.large"
	args.BackupRetentionDays, args.FinalSnapshotPrefix = 30, "last-one"
	args.DeletionProtection, args.Protect, args.RetainOnDelete = true, true, true
	record := run(t, args)
	instance := record.One(t, instanceType, "db-instance")
	assert.Equal(t, true, instance.Prop("multiAz"))
	assert.Equal(t, "db.m7g.large", instance.Prop("instanceClass"))
	assert.EqualValues(t, 30, instance.Prop("backupRetentionPeriod"))
	assert.Equal(t, "last-one-db-final", instance.Prop("finalSnapshotIdentifier"))
	assert.Equal(t, true, instance.Prop("deletionProtection"))
	kept := append(record.OfType("aws:cloudwatch/logGroup:LogGroup"), instance, record.One(t, keyType, "db-key"))
	assert.Len(t, kept, 4)
	for _, stateful := range kept {
		assert.True(t, stateful.Protect, stateful.Name)
		assert.True(t, stateful.RetainOnDelete, stateful.Name)
	}
	assert.False(t, record.One(t, subnetsType, "db-subnets").Protect, "can be made again")
}

// Proves C5 by Pulumi mocks: the key of a database stays with its alias unless the database goes
// without a final snapshot and with its backups.
func TestC5TheKeyOutlivesTheSnapshot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ skip, retain, kept bool }{
		{false, false, true}, {false, true, true}, {true, true, true}, {true, false, false},
	} {
		args := valid.MetadataStore()
		args.SkipFinalSnapshot, args.RetainOnDelete = test.skip, test.retain
		record := run(t, args)
		assert.Equal(t, test.kept, record.One(t, keyType, "db-key").RetainOnDelete, "%+v", test)
		assert.Equal(t, test.kept, record.One(t, aliasType, "db-key-alias").RetainOnDelete, "%+v", test)
		assert.Equal(t, test.retain, record.One(t, instanceType, "db-instance").RetainOnDelete, "%+v", test)
		assert.Equal(t, test.skip, record.One(t, instanceType, "db-instance").Prop("deleteAutomatedBackups"), "%+v", test)
	}
}

func TestThrowAway(t *testing.T) {
	t.Parallel()
	args := valid.MetadataStore()
	args.SkipFinalSnapshot = true
	record := run(t, args)
	instance := record.One(t, instanceType, "db-instance")
	assert.Equal(t, true, instance.Prop("skipFinalSnapshot"))
	assert.Nil(t, instance.Prop("finalSnapshotIdentifier"))
	assert.Empty(t, record.OfType(stashType), "nothing is named")
	assert.Equal(t, true, instance.Prop("deleteAutomatedBackups"))
	assert.False(t, instance.Protect)
	assert.False(t, instance.RetainOnDelete)
}

func TestNamesParentsAndTags(t *testing.T) {
	t.Parallel()
	args := valid.MetadataStore()
	record := run(t, args)
	component := record.One(t, metadatastore.Token, "db")
	assert.Equal(t, "17", component.Prop("engineVersion"))
	// Key, alias, two log groups, group, rule, role, attachment, subnets, parameters, stash and instance.
	record.AssertChildren(t, component, 12, args.Tags, aliasType, attachmentType, stashType)
}
