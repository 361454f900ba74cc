package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
)

// TestOrder holds the order in which a stack comes up, and which turned round
// is how it is taken down. Dependencies are on resources and not on components:
// the SDK registers the children of a component in the background, and a
// dependency on it misses those it has not got to.
func TestOrder(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		prefix := "mlops-" + stack + "-"
		var stageOne, groups, stageTwo []string
		for _, name := range []string{"vpc-cni", "kube-proxy", "eks-pod-identity-agent"} {
			stageOne = append(stageOne, urn(stack, "mlops:index:Cluster$aws:eks/addon:Addon", prefix+"cluster-"+name))
		}
		for _, name := range []string{"system", "cpu", "gpu", "spot"} {
			groups = append(groups, urn(stack, "mlops:index:NodeGroup$aws:eks/nodeGroup:NodeGroup", prefix+"nodes-"+name+"-group"))
		}
		for _, name := range []string{"coredns", "aws-ebs-csi-driver", "metrics-server"} {
			stageTwo = append(stageTwo, urn(stack, "mlops:index:ClusterAddons$aws:eks/addon:Addon", prefix+"addons-"+name))
		}
		control := urn(stack, "mlops:index:Cluster$eks:index:Cluster", prefix+"cluster-control-plane")
		class := urn(stack, "mlops:index:StorageClass$kubernetes:storage.k8s.io/v1:StorageClass", prefix+"storage-class-class")
		prometheus := urn(stack, "mlops:index:Monitoring$kubernetes:helm.sh/v3:Release", prefix+"monitoring-release")
		balancer := urn(stack, "mlops:index:LoadBalancerController$kubernetes:helm.sh/v3:Release", prefix+"load-balancer-controller-release")

		// The VPC must route before the cluster is made, and until it is gone.
		for _, subnet := range record.OfType("aws:ec2/subnet:Subnet") {
			if strings.Contains(subnet.Name, "-private-") {
				requireAfter(t, record, "mlops:index:Cluster",
					urn(stack, "mlops:index:Network$aws:ec2/routeTableAssociation:RouteTableAssociation", subnet.Name+"-routes"))
			}
		}
		requireAfter(t, record, "mlops:index:NodeGroup", append(stageOne, control)...)
		requireAfter(t, record, "mlops:index:ClusterAddons", groups...)
		requireAfter(t, record, "mlops:index:StorageClass", append(stageTwo, groups...)...)
		for _, token := range []string{
			"mlops:index:ClusterAutoscaler", "mlops:index:LoadBalancerController", "mlops:index:NvidiaDevicePlugin",
			"mlops:index:Monitoring", "mlops:index:FluentBit", "mlops:index:Tenant",
		} {
			requireAfter(t, record, token, append(stageTwo, class)...)
		}
		requireAfter(t, record, "mlops:index:Tenant", prometheus)
		requireAfter(t, record, "mlops:index:FluentBit", prometheus)
		// A line that has no group is lost.
		const group = "aws:cloudwatch/logGroup:LogGroup"
		requireAfter(t, record, "mlops:index:FluentBit", urn(stack, "mlops:index:Logging$"+group, prefix+"logs-platform"))
		for _, name := range defined(t, stack) {
			component := record.One(t, "mlops:index:Tenant", prefix+"tenant-"+name)
			assert.Contains(t, component.DependsOn, urn(stack, "mlops:index:TenantLogs$"+group, prefix+"tenant-"+name+"-logs-group"))
		}
		for _, tenant := range record.OfType("mlops:index:Tenant") {
			if ownsIngress(record, tenant.Name) {
				assert.Contains(t, tenant.DependsOn, balancer)
			}
		}
	})
}

// TestIdentitiesComeFirst checks that credentials are there when a pod is
// admitted: they are injected then.
func TestIdentitiesComeFirst(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		prefix := "mlops-" + stack + "-"
		for component, account := range map[string]string{
			"mlops:index:ClusterAutoscaler": "autoscaler", "mlops:index:LoadBalancerController": "load-balancers",
			"mlops:index:Monitoring": "alertmanager", "mlops:index:FluentBit": "log-writer",
		} {
			requireAfter(t, record, component,
				urn(stack, "mlops:index:WorkloadIdentity$aws:eks/podIdentityAssociation:PodIdentityAssociation", prefix+account+"-association"),
				urn(stack, "mlops:index:WorkloadIdentity$aws:iam/rolePolicy:RolePolicy", prefix+account+"-policy"))
		}
	})
}

// TestTheGuardLooksLast checks that the rules over all resources see them all.
func TestTheGuardLooksLast(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, _ string, record *harness.Recorder) {
		t.Helper()
		gate := record.One(t, "mlops:index:Guard", "guard")
		var missed []string
		for _, r := range record.Resources() {
			if r.Custom && !strings.HasPrefix(r.Type, "pulumi:providers:") && !slices.Contains(gate.DependsOn, r.Guard.URN) {
				missed = append(missed, r.Guard.URN)
			}
		}
		assert.Empty(t, missed)
	})
}

// requireAfter checks that every component of a type waits for all the resources.
func requireAfter(t *testing.T, record *harness.Recorder, token string, urns ...string) {
	t.Helper()
	components := record.OfType(token)
	require.NotEmpty(t, components, token)
	for _, component := range components {
		assert.Subset(t, component.DependsOn, urns, "%s %s", token, component.Name)
	}
}
