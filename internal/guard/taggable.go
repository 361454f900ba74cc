package guard

import "strings"

// taggableTypes lists, by module of the AWS provider, the resources that take tags.
var taggableTypes = map[string]string{
	"accessanalyzer": "Analyzer",
	"acm":            "Certificate",
	"autoscaling":    "Group",
	"backup":         "Framework LogicallyAirGappedVault Plan ReportPlan RestoreTestingPlan Vault",
	"budgets":        "Budget BudgetAction",
	"cloudtrail":     "EventDataStore Trail",
	"cloudwatch": `
		CompositeAlarm ContributorInsightRule ContributorManagedInsightRule EventBus EventRule InternetMonitor
		LogAnomalyDetector LogDelivery LogDeliveryDestination LogDeliverySource LogDestination LogGroup MetricAlarm
		MetricStream`,
	"costexplorer": "AnomalyMonitor AnomalySubscription CostCategory",
	"dynamodb":     "Table TableReplica",
	"ebs":          "Snapshot SnapshotCopy SnapshotImport Volume",
	"ec2": `
		Ami AmiCopy AmiFromInstance CapacityBlockReservation CapacityReservation CarrierGateway CustomerGateway DedicatedHost
		DefaultNetworkAcl DefaultRouteTable DefaultSecurityGroup DefaultSubnet DefaultVpc DefaultVpcDhcpOptions
		EgressOnlyInternetGateway Eip Fleet FlowLog Instance InternetGateway KeyPair LaunchTemplate
		LocalGatewayRouteTableVpcAssociation ManagedPrefixList NatGateway NetworkAcl NetworkInsightsAnalysis
		NetworkInsightsPath NetworkInterface PlacementGroup RouteTable SecurityGroup SpotFleetRequest SpotInstanceRequest
		Subnet TrafficMirrorFilter TrafficMirrorSession TrafficMirrorTarget Vpc VpcBlockPublicAccessExclusion VpcDhcpOptions
		VpcEndpoint VpcEndpointService VpcIpam VpcIpamPool VpcIpamResourceDiscovery VpcIpamResourceDiscoveryAssociation
		VpcIpamScope VpcPeeringConnection VpcPeeringConnectionAccepter VpnConnection VpnGateway`,
	"ecr":       "Repository",
	"efs":       "AccessPoint FileSystem",
	"eks":       "AccessEntry Addon Cluster FargateProfile IdentityProviderConfig NodeGroup PodIdentityAssociation",
	"guardduty": "Detector Filter IPSet MalwareProtectionPlan ThreatIntelSet",
	"iam": `
		InstanceProfile OpenIdConnectProvider Policy Role SamlProvider ServerCertificate ServiceLinkedRole User
		VirtualMfaDevice`,
	"kms":    "ExternalKey Key ReplicaExternalKey ReplicaKey",
	"lambda": "CodeSigningConfig EventSourceMapping Function",
	"lb":     "Listener ListenerRule LoadBalancer TargetGroup TrustStore",
	"rds": `
		Cluster ClusterEndpoint ClusterInstance ClusterParameterGroup ClusterSnapshot ClusterSnapshotCopy
		CustomDbEngineVersion EventSubscription GlobalCluster Instance Integration OptionGroup ParameterGroup Proxy
		ProxyEndpoint ReservedInstance ShardGroup Snapshot SnapshotCopy SubnetGroup`,
	"resourcegroups": "Group",
	"route53": `
		HealthCheck ProfilesAssociation ProfilesProfile ResolverEndpoint ResolverFirewallDomainList ResolverFirewallRuleGroup
		ResolverFirewallRuleGroupAssociation ResolverQueryLogConfig ResolverRule Zone`,
	"s3":             "Bucket BucketObject BucketObjectv2 BucketV2 ObjectCopy",
	"secretsmanager": "Secret",
	"sns":            "Topic",
	"sqs":            "Queue",
	"ssm": `
		Activation Association ContactsRotation Document MaintenanceWindow Parameter PatchBaseline
		QuicksetupConfigurationManager`,
	"vpc": "RouteServer RouteServerEndpoint RouteServerPeer SecurityGroupEgressRule SecurityGroupIngressRule",
}

// untaggableTypes lists the resources of the same modules that take none.
var untaggableTypes = map[string]string{
	"accessanalyzer": "ArchiveRule",
	"acm":            "CertificateValidation",
	"autoscaling":    "Attachment LifecycleHook Notification Policy Schedule Tag TrafficSourceAttachment",
	"backup":         "GlobalSettings RegionSettings RestoreTestingSelection Selection VaultLockConfiguration VaultNotifications VaultPolicy",
	"cloudtrail":     "OrganizationDelegatedAdminAccount",
	"cloudwatch": `
		Dashboard EventApiDestination EventArchive EventBusPolicy EventConnection EventEndpoint EventPermission EventTarget
		LogAccountPolicy LogDataProtectionPolicy LogDeliveryDestinationPolicy LogDestinationPolicy LogIndexPolicy
		LogMetricFilter LogResourcePolicy LogStream LogSubscriptionFilter QueryDefinition`,
	"costexplorer": "CostAllocationTag",
	"dynamodb":     "ContributorInsights GlobalTable KinesisStreamingDestination ResourcePolicy TableExport TableItem Tag",
	"ebs":          "DefaultKmsKey EncryptionByDefault FastSnapshotRestore SnapshotBlockPublicAccess",
	"ec2": `
		AmiLaunchPermission AvailabilityZoneGroup DefaultCreditSpecification EipAssociation EipDomainName
		ImageBlockPublicAccess InstanceMetadataDefaults InternetGatewayAttachment LaunchConfiguration LocalGatewayRoute
		MainRouteTableAssociation ManagedPrefixListEntry NetworkAclAssociation NetworkAclRule NetworkInterfaceAttachment
		NetworkInterfacePermission NetworkInterfaceSecurityGroupAttachment PeeringConnectionOptions ProxyProtocolPolicy Route
		RouteTableAssociation SecurityGroupAssociation SecurityGroupRule SerialConsoleAccess SnapshotCreateVolumePermission
		SpotDatafeedSubscription SubnetCidrReservation Tag TrafficMirrorFilterRule VolumeAttachment
		VpcBlockPublicAccessOptions VpcDhcpOptionsAssociation VpcEndpointConnectionAccepter VpcEndpointConnectionNotification
		VpcEndpointPolicy VpcEndpointRouteTableAssociation VpcEndpointServiceAllowedPrinciple VpcEndpointSubnetAssociation
		VpcIpamOrganizationAdminAccount VpcIpamPoolCidr VpcIpamPoolCidrAllocation VpcIpamPreviewNextCidr
		VpcIpv4CidrBlockAssociation VpcIpv6CidrBlockAssociation VpcNetworkPerformanceMetricSubscription VpnConnectionRoute
		VpnGatewayAttachment VpnGatewayRoutePropagation`,
	"ecr": `
		AccountSetting LifecyclePolicy PullThroughCacheRule RegistryPolicy RegistryScanningConfiguration
		ReplicationConfiguration RepositoryCreationTemplate RepositoryPolicy`,
	"efs": "BackupPolicy FileSystemPolicy MountTarget ReplicationConfiguration",
	"eks": "AccessPolicyAssociation",
	"guardduty": `
		DetectorFeature InviteAccepter Member MemberDetectorFeature OrganizationAdminAccount OrganizationConfiguration
		OrganizationConfigurationFeature PublishingDestination`,
	"iam": `
		AccessKey AccountAlias AccountPasswordPolicy Group GroupMembership GroupPoliciesExclusive GroupPolicy
		GroupPolicyAttachment GroupPolicyAttachmentsExclusive OrganizationsFeatures PolicyAttachment RolePoliciesExclusive
		RolePolicy RolePolicyAttachment RolePolicyAttachmentsExclusive SecurityTokenServicePreferences
		ServiceSpecificCredential SigningCertificate SshKey UserGroupMembership UserLoginProfile UserPoliciesExclusive
		UserPolicy UserPolicyAttachment UserPolicyAttachmentsExclusive`,
	"kms": "Alias Ciphertext CustomKeyStore Grant KeyPolicy",
	"lambda": `
		Alias FunctionEventInvokeConfig FunctionRecursionConfig FunctionUrl Invocation LayerVersion LayerVersionPermission
		Permission ProvisionedConcurrencyConfig RuntimeManagementConfig`,
	"lb": "ListenerCertificate TargetGroupAttachment TrustStoreRevocation",
	"rds": `
		Certificate ClusterActivityStream ClusterRoleAssociation ExportTask InstanceAutomatedBackupsReplication
		InstanceDesiredState ProxyDefaultTargetGroup ProxyTarget RoleAssociation`,
	"resourcegroups": "Resource",
	"route53": `
		CidrCollection CidrLocation DelegationSet HostedZoneDnsSec KeySigningKey ProfilesResourceAssociation QueryLog Record
		RecordsExclusive ResolverConfig ResolverDnsSecConfig ResolverFirewallConfig ResolverFirewallRule
		ResolverQueryLogConfigAssociation ResolverRuleAssociation TrafficPolicy TrafficPolicyInstance
		VpcAssociationAuthorization ZoneAssociation`,
	"s3": `
		AccessPoint AccountPublicAccessBlock AnalyticsConfiguration BucketAccelerateConfigurationV2 BucketAclV2
		BucketCorsConfigurationV2 BucketIntelligentTieringConfiguration BucketLifecycleConfigurationV2 BucketLoggingV2
		BucketMetric BucketNotification BucketObjectLockConfigurationV2 BucketOwnershipControls BucketPolicy
		BucketPublicAccessBlock BucketReplicationConfig BucketRequestPaymentConfigurationV2
		BucketServerSideEncryptionConfigurationV2 BucketVersioningV2 BucketWebsiteConfigurationV2 DirectoryBucket Inventory`,
	"secretsmanager": "SecretPolicy SecretRotation SecretVersion",
	"servicequotas":  "ServiceQuota Template TemplateAssociation",
	"sns":            "DataProtectionPolicy PlatformApplication SmsPreferences TopicPolicy TopicSubscription",
	"sqs":            "QueuePolicy RedriveAllowPolicy RedrivePolicy",
	"ssm":            "DefaultPatchBaseline MaintenanceWindowTarget MaintenanceWindowTask PatchGroup ResourceDataSync ServiceSetting",
	"vpc": `
		EndpointPrivateDns EndpointServicePrivateDnsVerification RouteServerPropagation RouteServerVpcAssociation
		SecurityGroupVpcAssociation`,
}

// classification maps type tokens to whether they take tags.
var classification = classify()

func classify() map[string]bool {
	table := map[string]bool{}
	for takesTags, modules := range map[bool]map[string]string{true: taggableTypes, false: untaggableTypes} {
		for module, names := range modules {
			for name := range strings.FieldsSeq(names) {
				table[awsToken(module, name)] = takesTags
			}
		}
	}
	return table
}

// awsToken composes a token: module "ec2" and name "Vpc" give "aws:ec2/vpc:Vpc".
func awsToken(module, name string) string {
	return "aws:" + module + "/" + strings.ToLower(name[:1]) + name[1:] + ":" + name
}

// carriesTags says whether a type takes tags, and whether that is known.
func carriesTags(typeToken string) (taggable, classified bool) {
	taggable, classified = classification[typeToken]
	return taggable, classified
}
