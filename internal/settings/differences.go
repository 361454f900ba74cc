package settings

import (
	loggingspec "github.com/mlops-iac/mlops/components/logging/spec"
	metadatastorespec "github.com/mlops-iac/mlops/components/metadatastore/spec"
	registryspec "github.com/mlops-iac/mlops/components/registry/spec"
)

// Difference is a default of stack files that is not the one of the component,
// which a program gets that uses the component alone.
type Difference struct {
	// Substrate is where the default holds, and Key the path of the key.
	Substrate Substrate
	Key       string
	// Stack and Component are the two defaults.
	Stack, Component any
	// Reason says why they differ.
	Reason string
}

// Differences lists every such default. A test compares it with Default and the
// defaults of the specs, so nothing differs that is not here.
func Differences() []Difference {
	return []Difference{
		{
			SubstrateAWS, "registry.repositories", defaultRepositories(), []registryspec.Repository(nil),
			"tenants run the inference service unless they say otherwise, and its image needs a repository",
		},
		{
			SubstrateAWS, "metadataStore.backupRetentionDays", DefaultBackupRetentionDays, metadatastorespec.DefaultBackupRetentionDays,
			"a stack is small and cheap until its file says otherwise, and one day of backups costs nothing extra",
		},
		{
			SubstrateAWS, "logs.alarms", defaultAlarms(), loggingspec.Alarms{},
			"a stack that runs unattended should say what goes wrong; a component alone has nobody to tell",
		},
	}
}
