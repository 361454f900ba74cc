package metadatastore

import (
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/tags"
)

// instanceParts are the resources the instance is put together from.
type instanceParts struct {
	securityGroupID pulumi.StringOutput
	monitoringARN   pulumi.StringOutput
	after           []pulumi.Resource
}

// parameters are the settings that differ from RDS' own; all of them take
// effect without a restart.
func parameters() rds.ParameterGroupParameterArray {
	settings := []struct{ name, value string }{
		{"rds.force_ssl", "1"},
		{"password_encryption", "scram-sha-256"},
		{"log_connections", "1"},
		{"log_disconnections", "1"},
		{"log_lock_waits", "1"},
		{"log_min_duration_statement", strconv.Itoa(SlowStatementMilliseconds)},
	}
	array := make(rds.ParameterGroupParameterArray, len(settings))
	for i, setting := range settings {
		array[i] = rds.ParameterGroupParameterArgs{
			Name: pulumi.String(setting.name), Value: pulumi.String(setting.value), ApplyMethod: pulumi.String("immediate"),
		}
	}
	return array
}

func (b *builder) createInstance(parts instanceParts) error {
	subnets, err := rds.NewSubnetGroup(b.ctx, b.name+"-subnets", &rds.SubnetGroupArgs{
		Description: pulumi.Sprintf("Subnets of %s", b.in.Instance.Identifier),
		SubnetIds:   b.in.Network.SubnetIDs,
		Tags:        tags.Named(b.in.Tags, b.name),
	}, b.child()...)
	if err != nil {
		return err
	}
	major, _, pinned := strings.Cut(b.in.Instance.EngineVersion, ".")
	settings, err := rds.NewParameterGroup(b.ctx, b.name+"-parameters", &rds.ParameterGroupArgs{
		Description: pulumi.Sprintf("Settings of %s", b.in.Instance.Identifier),
		Family:      pulumi.String("postgres" + major),
		Parameters:  parameters(),
		Tags:        tags.Named(b.in.Tags, b.name),
	}, b.child()...)
	if err != nil {
		return err
	}
	args := b.instanceArgs(parts)
	args.DbSubnetGroupName, args.ParameterGroupName = subnets.Name, settings.Name
	args.AutoMinorVersionUpgrade = pulumi.Bool(!pinned)
	b.store.Instance, err = rds.NewInstance(b.ctx, b.name+"-instance", args, options.Stateful(b.store, b.keep(), parts.after...)...)
	return err
}

func (b *builder) instanceArgs(parts instanceParts) *rds.InstanceArgs {
	args := &rds.InstanceArgs{
		Identifier:    pulumi.String(b.in.Instance.Identifier),
		Engine:        pulumi.String("postgres"),
		EngineVersion: pulumi.String(b.in.Instance.EngineVersion),
		InstanceClass: pulumi.String(b.in.Instance.Class),
		DbName:        pulumi.String(b.in.Instance.Database),
		MultiAz:       pulumi.Bool(b.in.Instance.MultiAZ),

		StorageType:         pulumi.String("gp3"),
		AllocatedStorage:    pulumi.Int(b.in.Storage.AllocatedStorage),
		MaxAllocatedStorage: pulumi.Int(b.in.Storage.MaxAllocatedStorage),
		StorageEncrypted:    pulumi.Bool(true),
		KmsKeyId:            b.store.Key.Arn,

		Username:                         pulumi.String(b.in.Instance.Username),
		ManageMasterUserPassword:         pulumi.Bool(true),
		MasterUserSecretKmsKeyId:         b.store.Key.Arn,
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),

		Port:                pulumi.Int(Port),
		PubliclyAccessible:  pulumi.Bool(false),
		VpcSecurityGroupIds: pulumi.StringArray{parts.securityGroupID},
		CaCertIdentifier:    pulumi.String(CACertificate),

		EnabledCloudwatchLogsExports:       pulumi.ToStringArray(logExports()),
		MonitoringInterval:                 pulumi.Int(MonitoringIntervalSeconds),
		MonitoringRoleArn:                  parts.monitoringARN,
		PerformanceInsightsEnabled:         pulumi.Bool(true),
		PerformanceInsightsKmsKeyId:        b.store.Key.Arn,
		PerformanceInsightsRetentionPeriod: pulumi.Int(InsightsRetentionDays),

		BackupRetentionPeriod: pulumi.Int(b.in.Backup.RetentionDays),
		BackupWindow:          pulumi.String(b.in.Backup.Window),
		MaintenanceWindow:     pulumi.String(b.in.MaintenanceWindow),
		CopyTagsToSnapshot:    pulumi.Bool(true),
		DeletionProtection:    pulumi.Bool(b.in.DeletionProtection),
		SkipFinalSnapshot:     pulumi.Bool(b.in.Backup.SkipFinalSnapshot),
		// Point-in-time backups of an instance whose data is to go would keep costing.
		DeleteAutomatedBackups: pulumi.Bool(b.in.Backup.SkipFinalSnapshot),

		Tags: tags.Named(b.in.Tags, b.name),
	}
	if !b.in.Backup.SkipFinalSnapshot {
		args.FinalSnapshotIdentifier = pulumi.String(b.in.Backup.FinalSnapshotIdentifier)
	}
	return args
}
