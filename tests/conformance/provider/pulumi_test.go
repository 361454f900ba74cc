package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	helm "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm/v3"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	kmetav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mlops-iac/mlops/internal/kubeprovider"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// app is a program with the shapes the platform uses: chosen names, a name that
// others know, a secret, and a value that is only known once its maker exists.
type app struct {
	replicas int
	selector string
}

func (a app) run(ctx *pulumi.Context) error {
	provider, err := kubernetes.NewProvider(ctx, "kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig: pulumi.String(kubeconfig), EnableServerSideApply: pulumi.Bool(true),
	})
	if err != nil {
		return err
	}
	inCluster := pulumi.Provider(provider)
	namespace, err := corev1.NewNamespace(ctx, "engine", nil, inCluster)
	if err != nil {
		return err
	}
	place := &metav1.ObjectMetaArgs{Namespace: namespace.Metadata.Name()}
	credentials, err := corev1.NewSecret(ctx, "credentials", &corev1.SecretArgs{
		Metadata: place, StringData: pulumi.StringMap{"password": pulumi.ToSecret(pulumi.String("hunter22")).(pulumi.StringOutput)},
	}, inCluster)
	if err != nil {
		return err
	}
	labels := pulumi.StringMap{"app": pulumi.String(a.selector)}
	_, err = appsv1.NewDeployment(ctx, "app", &appsv1.DeploymentArgs{
		Metadata: &metav1.ObjectMetaArgs{Namespace: namespace.Metadata.Name(), Name: pulumi.String("app")},
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(a.replicas),
			Selector: &metav1.LabelSelectorArgs{MatchLabels: labels},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: labels, Annotations: pulumi.StringMap{
					"example.com/credentials": credentials.Metadata.Uid().Elem(),
				}},
				Spec: &corev1.PodSpecArgs{Containers: corev1.ContainerArray{&corev1.ContainerArgs{
					Name: pulumi.String("main"), Image: pulumi.String("registry.example/app:1"),
				}}},
			},
		},
	}, inCluster)
	if err != nil {
		return err
	}
	_, err = helm.NewRelease(ctx, "monitoring", &helm.ReleaseArgs{ //nolint:forbidigo // this program is the test's, and nothing is fetched
		Name: pulumi.String("monitoring"), Namespace: namespace.Metadata.Name(), Chart: pulumi.String("prometheus"), Version: pulumi.String("1.2.3"),
	}, inCluster)
	ctx.Export("namespace", namespace.Metadata.Name())
	ctx.Export("uid", credentials.Metadata.Uid())
	return err
}

// stack makes a stack of the real engine with the thin provider.
func stack(t *testing.T, server *kubeprovider.Server) auto.Stack {
	t.Helper()
	tools, err := toolset.New(".", func(format string, args ...any) { t.Logf(format, args...) })
	require.NoError(t, err)
	cli, err := tools.Pulumi(t.Context())
	require.NoError(t, err)
	version, err := semver.ParseTolerant(cli.Version)
	require.NoError(t, err)
	command, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: cli.Root, Version: version})
	require.NoError(t, err)
	folder := t.TempDir()
	backend := "file://" + folder
	made, err := auto.UpsertStackInlineSource(t.Context(), "test", "provider", app{replicas: 1, selector: "a"}.run,
		auto.Pulumi(command), auto.WorkDir(folder),
		auto.Project(workspace.Project{
			Name: tokens.PackageName("provider"), Runtime: workspace.NewProjectRuntimeInfo("go", nil),
			Backend: &workspace.ProjectBackend{URL: backend},
		}),
		auto.EnvVars(map[string]string{
			"PULUMI_CONFIG_PASSPHRASE": "test", "PULUMI_BACKEND_URL": backend, "PULUMI_HOME": folder + "/home",
			"PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
			"PULUMI_DEBUG_PROVIDERS": fmt.Sprintf("kubernetes:%d", server.Port()),
		}))
	require.NoError(t, err)
	return made
}

func TestRealEngineDeploysChangesAndDestroys(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	deployed := stack(t, e.server)

	planned, err := deployed.Preview(t.Context())
	require.NoError(t, err, planned.StdErr)
	up, err := deployed.Up(t.Context())
	require.NoError(t, err, up.StdErr)
	ns, _ := up.Outputs["namespace"].Value.(string)
	require.NotNil(t, e.live(deployments, ns, "app"))
	assert.Equal(t, []kubeprovider.Release{{Name: "monitoring", Namespace: ns, Chart: "prometheus", Version: "1.2.3"}}, e.server.Releases())

	again, err := deployed.Up(t.Context())
	require.NoError(t, err, again.StdErr)
	assert.Equal(t, map[string]int{"same": 6}, *again.Summary.ResourceChanges)
	refreshed, err := deployed.Refresh(t.Context())
	require.NoError(t, err, refreshed.StdErr)
	assert.NotContains(t, *refreshed.Summary.ResourceChanges, "update", refreshed.StdOut)
	again, err = deployed.Up(t.Context())
	require.NoError(t, err, again.StdErr)
	assert.Equal(t, map[string]int{"same": 6}, *again.Summary.ResourceChanges, "a refresh leaves nothing to do")

	state, err := os.ReadFile(filepath.Join(deployed.Workspace().WorkDir(), ".pulumi", "stacks", "provider", "test.json"))
	require.NoError(t, err)
	require.Contains(t, string(state), ns+"/credentials-")
	for _, form := range []string{"hunter22", "aHVudGVyMjI="} {
		assert.False(t, strings.Contains(string(state), form), "the secret is in the state as %s", form)
	}

	_, err = e.kube.Resource(deployments).Namespace(ns).Patch(t.Context(), "app", types.MergePatchType,
		[]byte(`{"spec":{"replicas":4}}`), kmetav1.PatchOptions{FieldManager: "someone"})
	require.NoError(t, err)
	deployed.Workspace().SetProgram(app{replicas: 2, selector: "a"}.run)
	changed, err := deployed.Up(t.Context())
	require.NoError(t, err, changed.StdErr)
	assert.Equal(t, map[string]int{"same": 5, "update": 1}, *changed.Summary.ResourceChanges)

	deployed.Workspace().SetProgram(app{replicas: 2, selector: "b"}.run)
	replaced, err := deployed.Up(t.Context())
	require.NoError(t, err, replaced.StdErr)
	assert.Equal(t, map[string]int{"same": 5, "replace": 1}, *replaced.Summary.ResourceChanges)

	destroyed, err := deployed.Destroy(t.Context())
	require.NoError(t, err, destroyed.StdErr)
	assert.Nil(t, e.live(resource("", "v1", "namespaces"), "", ns))
	assert.Empty(t, e.server.Releases())
}
