package guard

import "strings"

func databaseRules() []Rule {
	databases := []string{typeDatabase, typeDatabaseCluster}
	return []Rule{
		{
			ID: "MLOPS-RDS-001", Title: "databases are encrypted with a customer key",
			Reason: "Storage encryption cannot be switched on later, and access to data under an AWS-owned key cannot be revoked.",
			Fix:    "set storageEncrypted to true and kmsKeyId to a key of the platform",
			Types:  databases, Check: databaseEncrypted,
		},
		{
			ID: "MLOPS-RDS-002", Title: "databases are not public",
			Reason: "A database with a public address can be attacked from anywhere.",
			Fix:    "leave publiclyAccessible false",
			Types:  []string{typeDatabase, "aws:rds/clusterInstance:ClusterInstance"}, Check: databasePrivate,
		},
		{
			ID: "MLOPS-RDS-003", Title: "databases are backed up",
			Reason: "Without automated backups there is no point in time to go back to.",
			Fix:    "set backupRetentionPeriod to at least 1 day",
			Types:  databases, Check: databaseBackedUp,
		},
		{
			ID: "MLOPS-RDS-004", Title: "databases accept TLS only",
			Reason: "PostgreSQL clients fall back to plain text silently unless the server refuses it.",
			Fix:    "name a parameter group and set rds.force_ssl (MySQL: require_secure_transport) to 1 in it",
			Types:  append([]string{typeDatabaseParam, typeDatabaseClusterParam}, databases...), Check: databaseTLS,
		},
		{
			ID: "MLOPS-RDS-005", Title: "databases sit in their own subnets and security groups",
			Reason: "Without them RDS uses the default VPC's subnets and default security group.",
			Fix:    "set dbSubnetGroupName and vpcSecurityGroupIds",
			Types:  databases, Check: databasePlaced,
		},
		{
			ID: "MLOPS-RDS-006", Title: "database passwords are managed by RDS",
			Reason: "A password given as an input lives in the state and is never rotated.",
			Fix:    "set manageMasterUserPassword to true and no password",
			Types:  databases, Check: databasePassword,
		},
	}
}

func databaseEncrypted(r Resource) []Finding {
	var f findings
	f.unless(isTrue(r.at("storageEncrypted")), "storageEncrypted is not true")
	f.unless(isSet(r.at("kmsKeyId")), "kmsKeyId is not set")
	return f
}

func databasePrivate(r Resource) []Finding {
	var f findings
	f.when(isTrue(r.at("publiclyAccessible")), "publiclyAccessible is true")
	return f
}

// databaseBackedUp knows that an instance defaults to no backups and a cluster to one day.
func databaseBackedUp(r Resource) []Finding {
	var f findings
	days, answer := number(r.at("backupRetentionPeriod"))
	switch {
	case answer == yes && days < 1:
		f.when(yes, "backupRetentionPeriod is 0")
	case answer == no && r.Type == typeDatabase && r.at("replicateSourceDb") == nil:
		f.when(yes, "backupRetentionPeriod is not set, which means no backups")
	}
	return f
}

func databaseTLS(r Resource) []Finding {
	var f findings
	switch r.Type {
	case typeDatabase:
		f.unless(isSet(r.at("parameterGroupName")), "parameterGroupName is not set, so the engine's defaults apply")
	case typeDatabaseCluster:
		f.unless(isSet(r.at("dbClusterParameterGroupName")), "dbClusterParameterGroupName is not set, so the engine's defaults apply")
	default:
		name := tlsParameter(r.at("family"))
		f.unless(parameterIsOne(r.at("parameters"), name), "parameter %s is not 1", name)
	}
	return f
}

func tlsParameter(family any) string {
	text, _ := family.(string)
	for _, engine := range []string{"mysql", "mariadb", "aurora-mysql"} {
		if strings.HasPrefix(text, engine) {
			return "require_secure_transport"
		}
	}
	return "rds.force_ssl"
}

func parameterIsOne(parameters any, name string) truth {
	list, answer := items(parameters)
	if answer == unsure {
		return unsure
	}
	found := no
	for _, parameter := range list {
		named := is(child(parameter, "name"), name)
		if named == no {
			continue
		}
		value := is(child(parameter, "value"), "1", "on", "true")
		if n, known := number(child(parameter, "value")); known == yes {
			value = fact(n == 1)
		}
		if named == unsure && value == yes {
			value = unsure
		}
		found = found.or(value)
	}
	return found
}

func databasePlaced(r Resource) []Finding {
	var f findings
	if r.at("replicateSourceDb") == nil {
		f.unless(isSet(r.at("dbSubnetGroupName")), "dbSubnetGroupName is not set")
	}
	f.unless(isSet(r.at("vpcSecurityGroupIds")), "vpcSecurityGroupIds is not set")
	return f
}

func databasePassword(r Resource) []Finding {
	var f findings
	for _, key := range []string{"password", "masterPassword"} {
		f.when(isSet(r.at(key)), "%s is set", key)
	}
	copied := isSet(r.at("replicateSourceDb")).or(isSet(r.at("replicationSourceIdentifier")))
	f.unless(isTrue(r.at("manageMasterUserPassword")).or(copied), "manageMasterUserPassword is not true")
	return f
}
