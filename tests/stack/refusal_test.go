package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
)

// reported is an error of the program as the SDK returns it.
func reported(text string) string { return "1 error occurred:\n\t* " + text + "\n\n" }

// wayOut is what stack dev would lack without NAT.
const wayOut = "must be single or per-zone: nodes would not reach the public registries that hold the images for addons.clusterAutoscaler.enabled, " +
	"addons.loadBalancerController.enabled, addons.nvidiaDevicePlugin.enabled, addons.dcgmExporter.enabled, addons.openCost.enabled, " +
	"monitoring.enabled, logs.enabled, metadataStore"

// TestBadSettingsRegisterNothing reads a stack file with errors.
//
// Proves V1 by Pulumi mocks: a network without NAT, for what needs one, is refused before
// anything is registered.
func TestBadSettingsRegisterNothing(t *testing.T) {
	t.Parallel()
	for mode, options := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			values := tree(t, "dev")
			set(t, values, "network.nat", "none")
			set(t, values, "cluster.publicAccessCidrs", []any{"0.0.0.0/0"})
			set(t, values, "nodeGroups.cpu.maxSize", 0)
			set(t, values, "metadataStore.backupRetentionDays", "seven")
			set(t, values, "monitoring.retensionDays", 7)
			record, err := build(t, "dev", values, platform.Options{}, options...)
			require.EqualError(t, err, reported(`configuration mlops:platform: 6 errors:
  cluster.publicAccessCidrs[0]: Invalid value: "0.0.0.0/0": must be /8 or narrower: the Kubernetes API must not be open to the internet
  metadataStore.backupRetentionDays: Invalid value: "seven": must be an integer
  monitoring.retensionDays: Forbidden: unknown key, did you mean "retentionDays"?
  network.interfaceEndpoints: Required value: must contain autoscaling, ec2, ecr.api, ecr.dkr, eks, eks-auth, elasticloadbalancing, logs, secretsmanager, sns, sts while nat is none: nodes and what runs on them call them
  network.nat: Invalid value: "none": `+wayOut+`
  nodeGroups[cpu].maxSize: Invalid value: 0: must be 1 to 450`))
			assert.Empty(t, record.Resources())
		})
	}
}

func TestABadTenantRegistersNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"in itself": {
			text: "name: tenant-c\nowners: [ada@example.com]\ncostCenter: cc-1\nimage: {repository: inference, tag: 1.0.0}\nport: 80\n",
			want: "tenants/definitions/tenant-c.yaml: port: Invalid value: 80: must be from 1024 to 65535: containers do not run as root",
		},
		"in this stack": {
			text: "name: tenant-c\nowners: [ada@example.com]\ncostCenter: cc-1\nimage: {repository: missing, tag: 1.0.0}\n",
			want: `tenants[tenant-c].image.repository: Invalid value: "missing": is not among registry.repositories of the stack; ` +
				"add it there or name a registry",
		},
	} {
		for mode, options := range modes {
			t.Run(name+" "+mode, func(t *testing.T) {
				t.Parallel()
				record, err := build(t, "dev", tree(t, "dev"), platform.Options{Definitions: withTenant(t, "tenant-c", c.text)}, options...)
				require.EqualError(t, err, reported(c.want))
				assert.Empty(t, record.Resources())
			})
		}
	}
}

// TestStackFileAndTenantsAreReadTogether checks that errors of both show at once.
func TestStackFileAndTenantsAreReadTogether(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "network.nat", "none")
	record, err := build(t, "dev", values, platform.Options{Definitions: withTenant(t, "tenant-c", "name: [")})
	require.EqualError(t, err, reported("configuration mlops:platform: 2 errors:\n  network.interfaceEndpoints: Required value: "+
		"must contain autoscaling, ec2, ecr.api, ecr.dkr, eks, eks-auth, elasticloadbalancing, logs, secretsmanager, sns, sts while nat is none: nodes and what runs on them call them\n"+
		`  network.nat: Invalid value: "none": `+wayOut+"\n"+
		"tenants/definitions/tenant-c.yaml: parsing YAML: yaml: line 1: did not find expected node content"))
	assert.Empty(t, record.Resources())
}
