package awsvalues

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/components/metadatastore"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

const databaseType = "aws:rds/instance:Instance"

// storeCase is a wrong setting of the metadata store.
func storeCase(name, key string, value any, rule, property string) Case {
	shown := fmt.Sprintf("%v", value)
	if text, ok := value.(string); ok {
		shown = fmt.Sprintf("%q", text)
	}
	return Case{
		Name: name, Settings: set("metadataStore."+key, value),
		Message: "metadataStore." + key + ": Invalid value: " + shown + ": " + rule,
		Type:    databaseType, Property: property, Value: value,
	}
}

// instanceNameCase is a wrong name of the database component.
func instanceNameCase(name, path, value, rule, property string, change func(*metadatastore.Args)) Case {
	return Case{
		Name: name, Args: args(valid.MetadataStore, change, metadatastore.New),
		Message: fmt.Sprintf("%s: Invalid value: %q: %s", path, value, rule),
		Type:    databaseType, Property: property, Value: value,
	}
}

func identifierCase(name, value string) Case {
	return instanceNameCase(name, "identifier", value, "must be at most 63 of a-z, 0-9 and single '-'", "identifier",
		func(a *metadatastore.Args) { a.Identifier = value })
}

func masterCase(name, value string) Case {
	return instanceNameCase(name, "username", value, "must be at most 63 of a-z, 0-9 and '_'", "username",
		func(a *metadatastore.Args) { a.Username = value })
}

func schemaCase(name, value string) Case {
	return instanceNameCase(name, "database", value, "must be at most 63 of a-z, 0-9 and '_'", "dbName",
		func(a *metadatastore.Args) { a.Database = value })
}

func databaseCases() []Case {
	const engine, class = `must be "16", "17" or "18", or a minor version`, "must be an RDS instance class such as db.t4g.small"
	storage := "must be at least a tenth above allocatedGiB (20) and at most 65536"
	return []Case{
		storeCase("any minor version of an engine", "engineVersion", "17.x", engine, "engineVersion"),
		storeCase("an engine version in words", "engineVersion", "nine", engine, "engineVersion"),
		storeCase("an engine version with a patch", "engineVersion", "17.6.1", engine, "engineVersion"),
		{
			Name: "a minor version of the engine yet to come", Settings: set("metadataStore.engineVersion", "17.99"),
			Type: databaseType, Property: "engineVersion", Value: "17.99", Stop: Nowhere,
			Reason: "PostgreSQL has a new minor version every quarter, and RDS a while after",
		},
		storeCase("an instance class without db.", "instanceClass", "m6i.large", class, "instanceClass"),
		storeCase("an instance class that is misspelt", "instanceClass", "db.t4g.smal", class, "instanceClass"),
		storeCase("an instance class without a generation", "instanceClass", "db.t.small", class, "instanceClass"),
		storeCase("an instance class too old for the engine", "instanceClass", "db.t2.small", class, "instanceClass"),
		storeCase("less storage than gp3 has", "allocatedGiB", 19, "must be 20 to 65536", "allocatedStorage"),
		storeCase("more storage than gp3 has", "allocatedGiB", 65537, "must be 20 to 65536", "allocatedStorage"),
		storeCase("growth that ends where it began", "maxAllocatedGiB", 21, storage, "maxAllocatedStorage"),
		storeCase("growth that ends before it began", "maxAllocatedGiB", 10, storage, "maxAllocatedStorage"),
		storeCase("backups for 36 days", "backupRetentionDays", 36, "must be 1 to 35", "backupRetentionPeriod"),
		storeCase("backups for less than no day", "backupRetentionDays", -1, "must be 1 to 35", "backupRetentionPeriod"),
		identifierCase("an identifier that ends in a hyphen", "metadata-"),
		identifierCase("an identifier with two hyphens", "meta--data"),
		identifierCase("an identifier that begins with a digit", "1metadata"),
		identifierCase("an identifier of 64 characters", strings.Repeat("m", 64)),
		masterCase("a master user that RDS keeps", "rdsadmin"),
		masterCase("a master user that PostgreSQL keeps", "admin"),
		masterCase("a master user that only PostgreSQL makes", "pg_owner"),
		masterCase("a master user with a hyphen", "ml-ops"),
		schemaCase("a database with a hyphen", "ml-ops"),
		schemaCase("a database that is a template", "template1"),
		schemaCase("a database that begins with a digit", "1st"),
		{
			Name: "a final snapshot with two hyphens",
			Args: args(valid.MetadataStore, func(a *metadatastore.Args) {
				a.FinalSnapshotPrefix = "final--snapshot"
			}, metadatastore.New),
			Message: `finalSnapshotPrefix: Invalid value: "final--snapshot": must be at most 246 letters, digits and single '-'`,
			Type:    databaseType, Property: "finalSnapshotIdentifier", Value: "final--snapshot",
		},
	}
}
