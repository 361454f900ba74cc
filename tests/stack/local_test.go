package stack_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/preflight"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/harness"
	validstack "github.com/mlops-iac/mlops/tests/harness/valid/stack"
)

const (
	kubernetesProviderType = "pulumi:providers:kubernetes"
	deploymentType         = "kubernetes:apps/v1:Deployment"
	jobType                = "kubernetes:batch/v1:Job"
	serverType             = "kubernetes:apps/v1:StatefulSet"
	releaseType            = "kubernetes:helm.sh/v3:Release"
)

// buildLocal runs the local stack with some settings changed.
func buildLocal(t *testing.T, change map[string]any, options platform.Options) (*harness.Recorder, error) {
	t.Helper()
	values := tree(t, localStack)
	for path, value := range change {
		set(t, values, path, value)
	}
	return build(t, localStack, values, options)
}

func TestNothingOutsideTheClusterIsMade(t *testing.T) {
	t.Parallel()
	for _, r := range recorded(t, localStack, "up").Resources() {
		assert.False(t, strings.HasPrefix(r.Type, "aws:") || strings.HasPrefix(r.Type, "eks:"), "%s %s", r.Type, r.Name)
		assert.Empty(t, r.Prop("metadata.annotations.eks.amazonaws.com/role-arn"), r.Name)
	}
}

func TestTheClusterIsTheOneNamed(t *testing.T) {
	t.Setenv("KUBECONFIG", "/of/this/machine")
	for name, c := range map[string]struct {
		change              map[string]any
		options             platform.Options
		kubeconfig, context string
	}{
		"stack file":         {kubeconfig: "", context: "kind-mlops"},
		"another kubeconfig": {change: map[string]any{"kubernetes.kubeconfig": "lab.yaml"}, kubeconfig: "lab.yaml", context: "kind-mlops"},
		"embedded": {
			options:    platform.Options{Cluster: &platform.ClusterAccess{Kubeconfig: "/run/admin.conf", Context: "embedded"}},
			kubeconfig: "/run/admin.conf", context: "embedded",
		},
	} {
		record, err := buildLocal(t, c.change, c.options)
		require.NoError(t, err, name)
		provider := record.One(t, kubernetesProviderType, "kubernetes")
		assert.Equal(t, c.kubeconfig, provider.Prop("kubeconfig"), "%s: what this machine says must not get into the state", name)
		assert.Equal(t, c.context, provider.Prop("context"), name)
	}
}

// TestKubernetesProviderIsToldEverything compares all that a provider may be told:
// what is left out differs between its versions.
func TestKubernetesProviderIsToldEverything(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, _ string, record *harness.Recorder) {
		t.Helper()
		told := record.One(t, kubernetesProviderType, "kubernetes").Inputs.Mappable()
		delete(told, "kubeconfig")
		delete(told, "context")
		assert.Equal(t, map[string]any{
			"enableServerSideApply": true, "enableConfigMapMutable": true, "enableSecretMutable": true,
			"enablePatchForce": true, "upsertExistingObjects": true,
		}, told)
	})
}

func TestOfflineNoClusterIsAsked(t *testing.T) {
	t.Parallel()
	values := tree(t, localStack)
	record, err := build(t, localStack, values, platform.Options{Offline: true}, harness.InPreview())
	require.NoError(t, err)
	provider := record.One(t, kubernetesProviderType, "kubernetes")
	_, known := provider.Inputs["kubeconfig"]
	assert.False(t, known, "it must be unknown, as that of a cluster yet to be made")
	assert.Equal(t, "kind-mlops", provider.Prop("context"))
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	refused := errors.New("the cluster does not answer")
	for name, c := range map[string]struct {
		stack   string
		options platform.Options
		asked   bool
	}{
		"real":      {stack: localStack, asked: true},
		"offline":   {stack: localStack, options: platform.Options{Offline: true}},
		"embedded":  {stack: localStack, options: platform.Options{Cluster: &platform.ClusterAccess{Context: "embedded"}}},
		"made here": {stack: "dev"},
	} {
		for mode, options := range modes {
			t.Run(name+" "+mode, func(t *testing.T) {
				t.Parallel()
				var seen []settings.Kubernetes
				c.options.Preflight = func(_ context.Context, cluster settings.Kubernetes) error {
					seen = append(seen, cluster)
					return refused
				}
				record, err := build(t, c.stack, tree(t, c.stack), c.options, options...)
				if !c.asked {
					require.NoError(t, err)
					assert.Empty(t, seen)
					return
				}
				require.EqualError(t, err, reported(refused.Error()))
				assert.Equal(t, []settings.Kubernetes{parse(t, c.stack).Kubernetes}, seen)
				assert.Empty(t, record.Resources(), "nothing may be registered before the cluster was looked at")
			})
		}
	}
}

// kubeconfig writes a file with one context, whose cluster is at an address
// where nothing listens.
func kubeconfig(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf(`{apiVersion: v1, kind: Config,
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}],
users: [{name: u, user: {token: t}}],
contexts: [{name: %s, context: {cluster: c, user: u}}],
current-context: %s}`, name, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestABadClusterChangesNothing runs the program as Pulumi does, with the real
// preflight.
func TestABadClusterChangesNothing(t *testing.T) {
	t.Parallel()
	program := platform.New(platform.Options{Preflight: preflight.ExistingCluster})
	for name, c := range map[string]struct{ kubeconfig, want string }{
		"no file":       {filepath.Join(t.TempDir(), "missing"), "kubernetes.kubeconfig"},
		"no context":    {kubeconfig(t, "production"), "production"},
		"nobody at all": {kubeconfig(t, "kind-mlops"), "127.0.0.1"},
	} {
		for mode, options := range modes {
			t.Run(name+" "+mode, func(t *testing.T) {
				t.Parallel()
				values := tree(t, localStack)
				set(t, values, "kubernetes.kubeconfig", c.kubeconfig)
				record, err := harness.RunErr(program, append(validstack.Configured(t, localStack, values), options...)...)
				require.ErrorContains(t, err, c.want)
				assert.Empty(t, record.Resources())
			})
		}
	}
}

// TestTenantsReachTheStoresAndNoOtherPods compares the policies of the tenants
// with the pods of the stores: label by label and port by port.
func TestTenantsReachTheStoresAndNoOtherPods(t *testing.T) {
	t.Parallel()
	record := recorded(t, localStack, "up")
	for policy, server := range map[string]string{
		"allow-object-store": "mlops-local-objects-server", "allow-metadata-store": "mlops-local-metadata-server",
	} {
		pods := record.One(t, serverType, server)
		labels, _ := pods.Prop("spec.template.metadata.labels").(map[string]any)
		for _, name := range defined(t, localStack) {
			rules, _ := record.One(t, policyType, "mlops-local-tenant-"+name+"-"+policy).Prop("spec.egress").([]any)
			require.Len(t, rules, 1)
			rule := rules[0].(map[string]any)
			assert.Equal(t, []any{map[string]any{
				"port": pods.Prop("spec.template.spec.containers.0.ports.0.containerPort"), "protocol": "TCP",
			}}, rule["ports"])
			require.Len(t, rule["to"], 1)
			peer := rule["to"].([]any)[0].(map[string]any)
			assert.Equal(t, map[string]any{"matchLabels": map[string]any{
				"kubernetes.io/metadata.name": pods.Prop("metadata.namespace"),
			}}, peer["namespaceSelector"])
			selected, _ := peer["podSelector"].(map[string]any)["matchLabels"].(map[string]any)
			require.NotEmpty(t, selected)
			for key, value := range selected {
				assert.Equal(t, value, labels[key], "%s: %s", server, key)
			}
		}
	}
}

func TestImagesComeFromTheRegistryOfTheStack(t *testing.T) {
	t.Parallel()
	record, err := buildLocal(t, map[string]any{"registry.url": "ghcr.io/example"}, platform.Options{})
	require.NoError(t, err)
	const image = "spec.template.spec.containers.0.image"
	assert.Equal(t, "ghcr.io/example/inference:1.0.0", record.One(t, deploymentType, "mlops-local-tenant-tenant-a-deployment").Prop(image))
	assert.Equal(t, "mlops.local/inference:1.0.0",
		recorded(t, localStack, "up").One(t, deploymentType, "mlops-local-tenant-tenant-a-deployment").Prop(image))
}

// published is a tenant with an Ingress.
const published = thirdTenant + "ingress: {enabled: true, host: scores.example.com, paths: [/v1/predict]}\n"

// TestTenantsArePublishedThroughTheIngressControllerOfTheCluster publishes one.
//
// Proves V7 by Pulumi mocks: a tenant that has the name of the ingress controller's namespace
// is refused.
func TestTenantsArePublishedThroughTheIngressControllerOfTheCluster(t *testing.T) {
	t.Parallel()
	options := platform.Options{Definitions: withTenant(t, "tenant-c", published)}
	_, err := buildLocal(t, nil, options)
	require.EqualError(t, err, reported("tenants[tenant-c].ingress.enabled: Invalid value: true: needs kubernetes.ingress in the stack"))

	_, err = buildLocal(t, map[string]any{
		"kubernetes.ingress": map[string]any{"className": "nginx", "namespace": "tenant-c"},
	}, options)
	require.EqualError(t, err, reported(`tenants[tenant-c].name: Invalid value: "tenant-c": must not be kubernetes.ingress.namespace: the ingress controller of all tenants runs there`))

	record, err := buildLocal(t, map[string]any{
		"kubernetes.ingress": map[string]any{"className": "nginx", "namespace": "edge"},
	}, options)
	require.NoError(t, err)
	ingress := record.One(t, ingressType, "mlops-local-tenant-tenant-c-ingress")
	assert.Equal(t, map[string]any{}, ingress.Prop("metadata.annotations"))
	assert.Equal(t, map[string]any{
		"ingressClassName": "nginx",
		"rules": []any{map[string]any{"host": "scores.example.com", "http": map[string]any{"paths": []any{map[string]any{
			"path": "/v1/predict", "pathType": "Exact",
			"backend": map[string]any{"service": map[string]any{"name": "inference", "port": map[string]any{"name": "http"}}},
		}}}}},
	}, ingress.Prop("spec"))
	from := record.One(t, policyType, "mlops-local-tenant-tenant-c-allow-ingress-controller").Prop("spec.ingress.0.from")
	assert.Equal(t, []any{map[string]any{"namespaceSelector": map[string]any{
		"matchLabels": map[string]any{"kubernetes.io/metadata.name": "edge"},
	}}}, from)
}

// Proves N3 by Pulumi mocks: an ingress controller in the network of its nodes, which is no pod to
// network policies, reaches the inference service of every tenant by its addresses, and nothing else does.
func TestN3AnIngressControllerInTheNetworkOfNodes(t *testing.T) {
	t.Parallel()
	record, err := buildLocal(t, map[string]any{"kubernetes.ingress": map[string]any{
		"className": "nginx", "namespace": "edge", "cidrs": []any{"10.1.0.0/24", "fd00:1::/64"},
	}}, platform.Options{})
	require.NoError(t, err)
	for _, name := range []string{"tenant-a", "tenant-b"} {
		policy := record.One(t, policyType, "mlops-local-tenant-"+name+"-allow-ingress-controller")
		assert.Equal(t, []any{map[string]any{
			"from": []any{
				map[string]any{"ipBlock": map[string]any{"cidr": "10.1.0.0/24"}},
				map[string]any{"ipBlock": map[string]any{"cidr": "fd00:1::/64"}},
				map[string]any{"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "edge"}}},
			},
			"ports": []any{map[string]any{"port": 8080.0, "protocol": "TCP"}},
		}}, policy.Prop("spec.ingress"))
	}
}

// Proves N2 by Pulumi mocks: every network policy that opens DNS opens the one that the stack file names.
func TestN2EveryNetworkPolicyOpensTheDNSOfTheCluster(t *testing.T) {
	t.Parallel()
	record, err := buildLocal(t, map[string]any{"logs.destination": "loki", "kubernetes.dns": map[string]any{
		"namespace": "openshift-dns", "podLabels": map[string]any{"daemonset-dns": "default"}, "ports": []any{5353},
		"cidrs": []any{"169.254.20.10/32"},
	}}, platform.Options{})
	require.NoError(t, err)
	way := map[string]any{
		"to": []any{
			map[string]any{
				"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "openshift-dns"}},
				"podSelector":       map[string]any{"matchLabels": map[string]any{"daemonset-dns": "default"}},
			},
			map[string]any{"ipBlock": map[string]any{"cidr": "169.254.20.10/32"}},
		},
		"ports": []any{map[string]any{"port": 5353.0, "protocol": "UDP"}, map[string]any{"port": 5353.0, "protocol": "TCP"}},
	}
	opened := map[string]bool{}
	for _, policy := range record.OfType(policyType) {
		rules, _ := policy.Prop("spec.egress").([]any)
		for _, rule := range rules {
			if assert.ObjectsAreEqual(way, rule) {
				opened[policy.Name] = true
			}
		}
	}
	assert.Equal(t, map[string]bool{
		"mlops-local-objects-allow-provisioning": true, "mlops-local-metadata-allow-provisioning": true,
		"mlops-local-fluent-bit-allow-destinations": true, "mlops-local-loki-network-policy": true,
		"mlops-local-tenant-tenant-a-allow-dns": true, "mlops-local-tenant-tenant-b-allow-dns": true,
	}, opened)
}

func TestATenantCannotReplaceItsCredentials(t *testing.T) {
	t.Parallel()
	one := team()
	one.Ingress.Enabled = false
	one.Env = map[string]string{"PGUSER": "postgres", "LOG_LEVEL": "info"}
	one.Training.Env = map[string]string{"AWS_ENDPOINT_URL_S3": "https://elsewhere.example.com"}
	require.EqualError(t, platform.Check(parse(t, localStack), []tenants.Tenant{one}), `2 errors:
  tenants[team].env[PGUSER]: Forbidden: set by the platform on substrate kubernetes
  tenants[team].training.env[AWS_ENDPOINT_URL_S3]: Forbidden: set by the platform on substrate kubernetes`)
	require.ErrorContains(t, platform.Check(parse(t, "dev"), []tenants.Tenant{one}),
		`tenants[team].env[PGUSER]: Forbidden: set by the platform on substrate aws`)
	one.Env, one.Training.Env = nil, nil
	one.Training.GPUs = 1
	require.NoError(t, platform.Check(parse(t, localStack), []tenants.Tenant{one}), "which nodes there are only the cluster knows")
}

func TestAddonsOfTheLocalStack(t *testing.T) {
	t.Parallel()
	off, err := buildLocal(t, map[string]any{
		"addons.metricsServer": map[string]any{"enabled": false}, "monitoring.enabled": false,
	}, platform.Options{})
	require.NoError(t, err)
	assert.Empty(t, off.OfType(releaseType))
	assert.Empty(t, off.OfType("kubernetes:monitoring.coreos.com/v1:ServiceMonitor"))

	on, err := buildLocal(t, map[string]any{
		"addons.nvidiaDevicePlugin.enabled": true, "addons.dcgmExporter.enabled": true,
	}, platform.Options{})
	require.NoError(t, err)
	var charts []string
	for _, release := range on.OfType(releaseType) {
		charts = append(charts, release.Prop("chart").(string))
	}
	assert.ElementsMatch(t, []string{"metrics-server", "nvidia-device-plugin", "kube-prometheus-stack", "dcgm-exporter"}, charts)
	server := on.One(t, releaseType, "mlops-local-metrics-server-release")
	assert.Equal(t, []any{"--kubelet-insecure-tls"}, server.Prop("values.args"))
}
