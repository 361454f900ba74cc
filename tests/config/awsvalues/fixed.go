package awsvalues

// FixedValue is a value that AWS refuses for a property that the program fixes: no
// setting and no argument carries it, so nobody can write it. It is here for the
// comparison with the provider, and for the day a property becomes a setting.
type FixedValue struct {
	// Name says what is wrong; it is unique.
	Name string
	// Type and Property are as in Case; every plan of Stack has such a property.
	Type, Property string
	// Value is one that AWS refuses.
	Value any
	// Passes says why it does no harm that the provider lets it pass; empty when the
	// provider stops it.
	Passes string
}

// pinned is the reason for values that a test of the component pins.
const pinned = "the provider does not look; the component's tests say what the value is"

// FixedValues returns them, by service.
func FixedValues() []FixedValue {
	const lifecycle, notJSON = lifecycleType, "{not JSON"
	return []FixedValue{
		{"an upgrade that replaces no node", groupType, "updateConfig.maxUnavailablePercentage", 0, ""},
		{"an upgrade that replaces more nodes than there are", groupType, "updateConfig.maxUnavailablePercentage", 101, ""},
		{"a metadata service that may be asked without a token or not", templateType, "metadataOptions.httpTokens", "maybe", ""},
		{"a metadata service out of reach", templateType, "metadataOptions.httpPutResponseHopLimit", 65, ""},
		{"a volume type that does not exist", templateType, "blockDeviceMappings[0].ebs.volumeType", "gp9", ""},
		{"tags for a kind of resource that does not exist", templateType, "tagSpecifications[0].resourceType", "instances", ""},
		{"flow logs of some traffic", "aws:ec2/flowLog:FlowLog", "trafficType", "SOME", ""},
		{"an endpoint of a kind that does not exist", endpointType, "vpcEndpointType", "Private", ""},
		{"a database port beyond TCP", databaseType, "port", 70000, pinned},
		{"monitoring every seven seconds", databaseType, "monitoringInterval", 7, ""},
		{"performance insights for eight days", databaseType, "performanceInsightsRetentionPeriod", 8, ""},
		{"storage of a database that does not exist", databaseType, "storageType", "gp9", pinned},
		{"an engine that does not exist", databaseType, "engine", "postgresql", pinned},
		{"logs that the database does not write", databaseType, "enabledCloudwatchLogsExports", []any{"slow"}, ""},
		{"a parameter family of another engine", "aws:rds/parameterGroup:ParameterGroup", "family", "postgresql17", pinned},
		{"a parameter that does not exist", "aws:rds/parameterGroup:ParameterGroup", "parameters[0].name", "rds.force-ssl", pinned},
		{"a parameter applied at some time", "aws:rds/parameterGroup:ParameterGroup", "parameters[0].applyMethod", "soon", ""},
		{"uploads aborted after no day", lifecycle, "rules[0].abortIncompleteMultipartUpload.daysAfterInitiation", 0, pinned},
		{"a lifecycle rule that is on", lifecycle, "rules[0].status", "On", ""},
		{"an encryption that does not exist", "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
			"rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", "AES512", ""},
		{"versioning that is on", "aws:s3/bucketVersioningV2:BucketVersioningV2", "versioningConfiguration.status", "On", ""},
		{"a bucket policy that is not JSON", "aws:s3/bucketPolicy:BucketPolicy", "policy", notJSON, ""},
		{"a trust policy that is not JSON", roleType, "assumeRolePolicy", notJSON, ""},
		{"a role policy that is not JSON", policyType, "policy", notJSON, ""},
		{"a key policy that is not JSON", keyType, "policy", notJSON, ""},
		{"tags of images that change at times", repositoryType, "imageTagMutability", "SOMETIMES", ""},
		{"a repository lifecycle that is not JSON", "aws:ecr/lifecyclePolicy:LifecyclePolicy", "policy", notJSON, ""},
		{"an add-on that settles conflicts somehow", addonType, "resolveConflictsOnUpdate", "MERGE", ""},
		{"an access entry of a kind that does not exist", accessEntryType, "type", "ADMIN", ""},
		{"a budget for a week", budgetType, "timeUnit", "WEEKLY", ""},
		{"a budget of a kind that does not exist", budgetType, "budgetType", "MONEY", ""},
		{"a comparison that does not exist", alarmType, "comparisonOperator", "AtLeast", ""},
		{"an alarm every seven seconds", alarmType, "period", 7, ""},
	}
}
