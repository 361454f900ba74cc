package awsvalues

func windowCases() []Case {
	const backup, maintenance = "must be hh:mm-hh:mm in UTC", "must be ddd:hh:mm-ddd:hh:mm in UTC"
	return []Case{
		storeCase("a backup at an hour that does not exist", "backupWindow", "25:00-26:00", backup, "backupWindow"),
		storeCase("a backup on a day", "backupWindow", "Sunday", backup, "backupWindow"),
		storeCase("a backup of a quarter of an hour", "backupWindow", "03:00-03:15", "must be at least 30 minutes long", "backupWindow"),
		storeCase("maintenance on a day that does not exist", "maintenanceWindow", "son:04:30-son:05:30", maintenance, "maintenanceWindow"),
		storeCase("maintenance every day", "maintenanceWindow", "04:30-05:30", maintenance, "maintenanceWindow"),
		storeCase("maintenance for two days", "maintenanceWindow", "sun:04:30-tue:04:30", "must not be longer than 24 hours", "maintenanceWindow"),
		storeCase("maintenance during the backup", "maintenanceWindow", "sun:03:30-sun:04:30",
			"must not overlap backupWindow (03:00-04:00)", "maintenanceWindow"),
		{
			Name: "database logs for 31 days", Settings: set("metadataStore.logRetentionDays", 31),
			Message: `metadataStore.logRetentionDays: Invalid value: 31: must be one of 1, 3, 5, 7`,
			Type:    logGroupType, Property: "retentionInDays", Value: 31,
		},
	}
}
