package metadatastore

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/metadatastore/spec"
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
		Description: pulumi.Sprintf("Subnets of %s", b.in.Identifier),
		SubnetIds:   b.in.Network.SubnetIDs,
		Tags:        tagmap.Named(b.in.Tags, b.name),
	}, b.child()...)
	if err != nil {
		return err
	}
	major, _, pinned := strings.Cut(b.in.EngineVersion, ".")
	settings, err := rds.NewParameterGroup(b.ctx, b.name+"-parameters", &rds.ParameterGroupArgs{
		Description: pulumi.Sprintf("Settings of %s", b.in.Identifier),
		Family:      pulumi.String("postgres" + major),
		Parameters:  parameters(),
		Tags:        tagmap.Named(b.in.Tags, b.name),
	}, b.child()...)
	if err != nil {
		return err
	}
	args := b.instanceArgs(parts)
	if !b.in.SkipFinalSnapshot {
		if args.FinalSnapshotIdentifier, err = b.snapshotName(); err != nil {
			return fmt.Errorf("naming the final snapshot: %w", err)
		}
	}
	args.DbSubnetGroupName, args.ParameterGroupName = subnets.Name, settings.Name
	args.AutoMinorVersionUpgrade = pulumi.Bool(!pinned)
	b.store.Instance, err = rds.NewInstance(b.ctx, b.name+"-instance", args, options.Stateful(b.store, b.keep(), parts.after...)...)
	return err
}

func (b *builder) instanceArgs(parts instanceParts) *rds.InstanceArgs {
	args := &rds.InstanceArgs{
		Identifier:    pulumi.String(b.in.Identifier),
		Engine:        pulumi.String("postgres"),
		EngineVersion: pulumi.String(b.in.EngineVersion),
		InstanceClass: pulumi.String(b.in.InstanceClass),
		DbName:        pulumi.String(b.in.Database),
		MultiAz:       pulumi.Bool(b.in.MultiAZ),

		StorageType:         pulumi.String("gp3"),
		AllocatedStorage:    pulumi.Int(b.in.AllocatedGiB),
		MaxAllocatedStorage: pulumi.Int(b.in.MaxAllocatedGiB),
		StorageEncrypted:    pulumi.Bool(true),
		KmsKeyId:            b.store.Key.Arn,

		Username:                         pulumi.String(b.in.Username),
		ManageMasterUserPassword:         pulumi.Bool(true),
		MasterUserSecretKmsKeyId:         b.store.Key.Arn,
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),

		Port:                pulumi.Int(Port),
		PubliclyAccessible:  pulumi.Bool(false),
		VpcSecurityGroupIds: pulumi.StringArray{parts.securityGroupID},
		CaCertIdentifier:    pulumi.String(spec.Authority),

		EnabledCloudwatchLogsExports:       pulumi.ToStringArray(logExports()),
		MonitoringInterval:                 pulumi.Int(MonitoringIntervalSeconds),
		MonitoringRoleArn:                  parts.monitoringARN,
		PerformanceInsightsEnabled:         pulumi.Bool(true),
		PerformanceInsightsKmsKeyId:        b.store.Key.Arn,
		PerformanceInsightsRetentionPeriod: pulumi.Int(InsightsRetentionDays),

		BackupRetentionPeriod: pulumi.Int(b.in.BackupRetentionDays),
		BackupWindow:          pulumi.String(b.in.BackupWindow),
		MaintenanceWindow:     pulumi.String(b.in.MaintenanceWindow),
		CopyTagsToSnapshot:    pulumi.Bool(true),
		DeletionProtection:    pulumi.Bool(b.in.DeletionProtection),
		SkipFinalSnapshot:     pulumi.Bool(b.in.SkipFinalSnapshot),
		// Point-in-time backups of an instance whose data is to go would keep costing.
		DeleteAutomatedBackups: pulumi.Bool(b.in.SkipFinalSnapshot),

		Tags: tagmap.Named(b.in.Tags, b.name),
	}
	if b.in.AllowMajorVersionUpgrade {
		args.AllowMajorVersionUpgrade = pulumi.Bool(true)
	}
	if b.in.ApplyImmediately {
		args.ApplyImmediately = pulumi.Bool(true)
	}
	return args
}
