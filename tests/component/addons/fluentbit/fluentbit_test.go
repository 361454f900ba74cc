package fluentbit_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

func TestBuildsExactlyThis(t *testing.T) {
	t.Parallel()
	got := map[string][]string{}
	for _, r := range install(t, valid.FluentBit()).Resources() {
		got[r.Type] = append(got[r.Type], r.Name)
		if r.Type != fluentbit.Token {
			assert.Equal(t, fluentbit.Token, r.ParentType, r.Name)
		}
	}
	assert.Equal(t, map[string][]string{
		fluentbit.Token:                                              {"logs"},
		"kubernetes:core/v1:Namespace":                               {"logs-namespace"},
		"kubernetes:networking.k8s.io/v1:NetworkPolicy":              {"logs-allow-destinations", "logs-allow-monitoring", "logs-default-deny"},
		"kubernetes:core/v1:ServiceAccount":                          {"logs-service-account"},
		"kubernetes:rbac.authorization.k8s.io/v1:ClusterRole":        {"logs-role"},
		"kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": {"logs-role-binding"},
		quotaType:                    {"logs-priority-quota"},
		configMapType:                {"logs-config"},
		daemonSetType:                {"logs-daemons"},
		"kubernetes:core/v1:Service": {"logs-service"},
		"kubernetes:monitoring.coreos.com/v1:ServiceMonitor": {"logs-service-monitor"},
	}, got)
}

func TestThePodIsRootWithoutPowers(t *testing.T) {
	t.Parallel()
	daemons := install(t, valid.FluentBit()).One(t, daemonSetType, "logs-daemons")
	container := harness.Container(t, daemons)
	assert.Equal(t, map[string]any{
		"allowPrivilegeEscalation": false, "privileged": false, "readOnlyRootFilesystem": true,
		"runAsNonRoot": false, "runAsUser": 0.0, "runAsGroup": 0.0,
		"capabilities":   map[string]any{"drop": []any{"ALL"}},
		"seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}, container["securityContext"])
	const pod = "spec.template.spec."
	for _, key := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		assert.Nil(t, daemons.Prop(pod+key), key)
	}
	writable, ofNode := []string{}, map[string]any{}
	for _, item := range container["volumeMounts"].([]any) {
		if mount := item.(map[string]any); mount["readOnly"] != true {
			writable = append(writable, mount["mountPath"].(string))
		}
	}
	for _, item := range daemons.Prop(pod + "volumes").([]any) {
		volume := item.(map[string]any)
		if source, ok := volume["hostPath"].(map[string]any); ok {
			ofNode[volume["name"].(string)] = source["path"]
		}
	}
	assert.ElementsMatch(t, []string{"/var/lib/fluent-bit", "/tmp"}, writable)
	assert.Equal(t, map[string]any{"logs": "/var/log", "state": "/var/lib/mlops/fluent-bit"}, ofNode)
	assert.Equal(t, "fluent-bit", daemons.Prop(pod+"serviceAccountName"))
}

func TestEveryNodeHasIt(t *testing.T) {
	t.Parallel()
	daemons := install(t, nil).One(t, daemonSetType, "logs-daemons")
	const pod = "spec.template.spec."
	assert.Equal(t, []any{map[string]any{"operator": "Exists"}}, daemons.Prop(pod+"tolerations"))
	assert.Equal(t, "system-node-critical", daemons.Prop(pod+"priorityClassName"))
	assert.Nil(t, daemons.Prop(pod+"nodeSelector"))
	assert.Equal(t, "RollingUpdate", daemons.Prop("spec.updateStrategy.type"))
	container := harness.Container(t, daemons)
	resources := container["resources"].(map[string]any)
	for _, amount := range []string{"cpu", "memory", "ephemeral-storage"} {
		assert.NotEmpty(t, resources["limits"].(map[string]any)[amount], amount)
		assert.NotEmpty(t, resources["requests"].(map[string]any)[amount], amount)
	}
}

// Proves N3 by Pulumi mocks: the namespace of Fluent Bit has a quota for the priority class of
// its pods, without which GKE refuses them outside of kube-system, before the first pod.
func TestN3TheNamespaceAdmitsThePriorityClass(t *testing.T) {
	t.Parallel()
	record := install(t, valid.FluentBit())
	quota := record.One(t, quotaType, "logs-priority-quota")
	assert.Equal(t, "system-priority", quota.Prop("metadata.name"))
	assert.Equal(t, "logging", quota.Prop("metadata.namespace"))
	assert.Equal(t, map[string]any{
		"hard": map[string]any{"pods": "1G"},
		"scopeSelector": map[string]any{"matchExpressions": []any{map[string]any{
			"scopeName": "PriorityClass", "operator": "In", "values": []any{"system-node-critical"},
		}}},
	}, quota.Prop("spec"))
	harness.AssertDependsOn(t, record.One(t, daemonSetType, "logs-daemons"), "logs-priority-quota")
}

// TestARestartHelpsNobodyWhileTheDestinationIsAway checks that only readiness
// looks at what was delivered.
func TestARestartHelpsNobodyWhileTheDestinationIsAway(t *testing.T) {
	t.Parallel()
	container := harness.Container(t, install(t, nil).One(t, daemonSetType, "logs-daemons"))
	for probe, path := range map[string]string{
		"startupProbe": "/api/v1/uptime", "livenessProbe": "/api/v1/uptime", "readinessProbe": "/api/v1/health",
	} {
		assert.Equal(t, path, container[probe].(map[string]any)["httpGet"].(map[string]any)["path"], probe)
	}
}

func TestAChangedConfigurationRestartsThePods(t *testing.T) {
	t.Parallel()
	annotations := func(args *fluentbit.Args) map[string]any {
		found, _ := install(t, args).One(t, daemonSetType, "logs-daemons").Prop("spec.template.metadata.annotations").(map[string]any)
		return found
	}
	before, after := annotations(nil)[fluentbit.ConfigHash], annotations(&fluentbit.Args{KeepDebug: true})[fluentbit.ConfigHash]
	assert.NotEmpty(t, before)
	assert.NotEqual(t, before, after)
	assert.Equal(t, before, annotations(nil)[fluentbit.ConfigHash])
}

func TestItMayReadPodsAndNamespacesOnly(t *testing.T) {
	t.Parallel()
	record := install(t, nil)
	role := record.One(t, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "logs-role")
	assert.Equal(t, []any{map[string]any{
		"apiGroups": []any{""}, "resources": []any{"namespaces", "pods"}, "verbs": []any{"get", "list", "watch"},
	}}, role.Prop("rules"))
	binding := record.One(t, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "logs-role-binding")
	assert.Equal(t, []any{map[string]any{"kind": "ServiceAccount", "name": "fluent-bit", "namespace": "logging"}}, binding.Prop("subjects"))
	assert.Equal(t, role.Prop("metadata.name"), binding.Prop("roleRef.name"))
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	opened := func(args *fluentbit.Args) (ports []any, addresses []any) {
		rules := install(t, args).One(t, policy, "logs-allow-destinations").Prop("spec.egress").([]any)
		for _, item := range rules {
			rule := item.(map[string]any)
			for _, port := range rule["ports"].([]any) {
				ports = append(ports, port.(map[string]any)["port"])
			}
			peers, _ := rule["to"].([]any)
			for _, peer := range peers {
				if block, ok := peer.(map[string]any)["ipBlock"].(map[string]any); ok {
					addresses = append(addresses, block["cidr"])
				}
			}
		}
		return ports, addresses
	}
	for name, c := range map[string]struct {
		ports, addresses []any
	}{
		"cloudwatch_logs": {[]any{53.0, 53.0, 443.0, 6443.0, 80.0}, []any{"169.254.170.23/32"}},
		"loki":            {[]any{53.0, 53.0, 443.0, 6443.0}, nil},
		"stdout":          {[]any{53.0, 53.0, 443.0, 6443.0}, nil},
	} {
		ports, addresses := opened(outputs()[name])
		assert.Equal(t, c.ports, ports, name)
		assert.Equal(t, c.addresses, addresses, name)
	}
	ports, _ := opened(&fluentbit.Args{Output: fluentbit.Output{Loki: &fluentbit.Loki{Host: "l", Port: 3100}}})
	assert.Contains(t, ports, 3100.0)
	denied := install(t, nil).One(t, policy, "logs-default-deny")
	assert.Equal(t, []any{"Ingress", "Egress"}, denied.Prop("spec.policyTypes"))
	assert.Nil(t, denied.Prop("spec.egress"))
}

// TestPodsWaitForWhatHoldsThem checks what must be there before the first pod.
func TestPodsWaitForWhatHoldsThem(t *testing.T) {
	t.Parallel()
	record := install(t, valid.FluentBit())
	daemons := record.One(t, daemonSetType, "logs-daemons")
	for _, name := range []string{"logs-config", "logs-role-binding", "logs-service-account", "logs-default-deny", "logs-allow-destinations"} {
		harness.AssertDependsOn(t, daemons, name)
	}
	for _, r := range record.Resources() {
		inNamespace := r.Prop("metadata.namespace") != nil
		assert.Equal(t, inNamespace, r.DeletedWith != "", "%s %s", r.Type, r.Name)
	}
}

func TestImages(t *testing.T) {
	t.Parallel()
	image := func(args *fluentbit.Args) any {
		return harness.Container(t, install(t, args).One(t, daemonSetType, "logs-daemons"))["image"]
	}
	assert.Equal(t, fluentbit.AWSImage, image(valid.FluentBit()))
	assert.Equal(t, fluentbit.UpstreamImage, image(nil))
	assert.Equal(t, "example.com/fluent-bit:1", image(&fluentbit.Args{Image: "example.com/fluent-bit:1"}))
}

func TestWithoutMonitoring(t *testing.T) {
	t.Parallel()
	record := install(t, &fluentbit.Args{NoServiceMonitor: true})
	assert.False(t, slices.ContainsFunc(record.Resources(), func(r harness.Resource) bool {
		return r.Type == "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
	}))
	monitor := install(t, nil).One(t, "kubernetes:monitoring.coreos.com/v1:ServiceMonitor", "logs-service-monitor")
	assert.Equal(t, "/api/v2/metrics/prometheus", monitor.Prop("spec.endpoints.0.path"))
	assert.Equal(t, "metrics", monitor.Prop("spec.endpoints.0.port"))
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	args := &fluentbit.Args{
		Namespace: "Not A Name", Image: "fluent/fluent-bit:latest",
		Output: fluentbit.Output{
			CloudWatch: &fluentbit.CloudWatch{Region: "here", PlatformGroup: "a$b"},
			Loki:       &fluentbit.Loki{Host: "no host", Port: 70000},
		},
	}
	record, err := harness.RunErr(harness.Program(fluentbit.New, "logs", args))
	require.Error(t, err)
	for _, want := range []string{
		`fluent bit "logs": 8 errors:`,
		`namespace: Invalid value: "Not A Name": a lowercase RFC 1123 label`,
		`image: Invalid value: "fluent/fluent-bit:latest": must be an image with a fixed tag or a digest`,
		`output.loki: Forbidden: there is one output, and output.cloudWatch is set`,
		`output.cloudWatch.region: Invalid value: "here": must be an AWS region such as eu-west-1`,
		`output.cloudWatch.platformGroup: Invalid value: "a$b": must be 1 to 512 letters, digits, and ._/-`,
		`output.cloudWatch.tenantGroupPrefix: Invalid value: "": must be 1 to 512 letters, digits, and ._/-`,
		`output.loki.host: Invalid value: "no host": must be a DNS name or an IPv4 address`,
		`output.loki.port: Invalid value: 70000: must be 1 to 65535`,
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.Empty(t, record.Resources(), "nothing may be registered")
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &fluentbit.FluentBit{}, fluentbit.Args{}, fluentbit.Token)
}

// What containers write, sent to a Loki.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := fluentbit.New(ctx, "logs", &fluentbit.Args{
			Output:    fluentbit.Output{Loki: &fluentbit.Loki{Host: "loki.example.com", Port: 3100, TLS: true}},
			KeepDebug: true,
		})
		return err
	})
	// Output:
	// mlops:index:FluentBit logs
	//   kubernetes:apps/v1:DaemonSet logs-daemons
	//   kubernetes:core/v1:ConfigMap logs-config
	//   kubernetes:core/v1:Namespace logs-namespace
	//   kubernetes:core/v1:ResourceQuota logs-priority-quota
	//   kubernetes:core/v1:Service logs-service
	//   kubernetes:core/v1:ServiceAccount logs-service-account
	//   kubernetes:monitoring.coreos.com/v1:ServiceMonitor logs-service-monitor
	//   kubernetes:networking.k8s.io/v1:NetworkPolicy logs-allow-destinations
	//   kubernetes:networking.k8s.io/v1:NetworkPolicy logs-allow-monitoring
	//   kubernetes:networking.k8s.io/v1:NetworkPolicy logs-default-deny
	//   kubernetes:rbac.authorization.k8s.io/v1:ClusterRole logs-role
	//   kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding logs-role-binding
}
