package conformance_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	helm "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/internal/workbench/charts"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// chartFiles are those of a chart that makes one ConfigMap with the name of its release.
var chartFiles = map[string]string{
	"small/Chart.yaml":         "apiVersion: v2\nname: small\nversion: 1.0.0\n",
	"small/templates/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\n",
}

// chartRepository is a repository with that chart, which answers once it is open.
type chartRepository struct{ open atomic.Bool }

func (r *chartRepository) serve(t *testing.T) string {
	t.Helper()
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	for name, text := range chartFiles {
		require.NoError(t, files.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}))
		_, err := files.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, files.Close())
	require.NoError(t, zipped.Close())
	answers := map[string][]byte{
		"/index.yaml": []byte("apiVersion: v1\nentries: {small: [{name: small, version: 1.0.0, urls: [small.tgz]}]}\n"),
		"/small.tgz":  packed.Bytes(),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !r.open.Load() || answers[req.URL.Path] == nil {
			http.NotFound(w, req)
			return
		}
		_, _ = w.Write(answers[req.URL.Path])
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestCharts installs a chart whose repository answers and records one whose
// repository does not, until it does.
func TestCharts(t *testing.T) {
	t.Parallel()
	cluster := harness.Start(t, localcluster.Options{})
	found, err := findTools(t.Context(), harness.Toolset(t))
	require.NoError(t, err)
	var there, later chartRepository
	there.open.Store(true)
	repositories := map[string]string{"there": there.serve(t), "later": later.serve(t)}
	folder := t.TempDir()
	session := func() (*charts.Server, *engine.Deployment) {
		plugin := exec.Command(found.provider.Program)
		plugin.Env = append(os.Environ(), "HELM_CACHE_HOME="+folder, "PULUMI_K8S_HELM_REPOSITORY_CACHE="+folder)
		server, err := charts.Serve(t.Context(), plugin, charts.Reachable)
		require.NoError(t, err)
		t.Cleanup(server.Close)
		deployment, err := engine.OpenDeployment(t.Context(), found.cli, folder, engine.Job{
			Project: "charts", Stack: "test", Program: install(cluster.Kubeconfig(), repositories),
		}, engine.Attached{Provider: engine.Provider{Package: engine.KubernetesPackage}, Port: server.Port()})
		require.NoError(t, err)
		return server, deployment
	}
	installed := func() []string {
		maps, err := cluster.Client.CoreV1().ConfigMaps(metav1.NamespaceDefault).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=Helm"})
		require.NoError(t, err)
		names := []string{}
		for _, m := range maps.Items {
			names = append(names, m.Name)
		}
		return names
	}
	up := func() []charts.Release {
		server, deployment := session()
		plan, err := deployment.Up(t.Context(), nil)
		require.NoError(t, err, "%v", plan.Errors())
		return server.Releases()
	}
	assert.Equal(t, []charts.Release{{Name: "later", Namespace: "default", Chart: "small", Version: "1.0.0"}}, up())
	assert.Equal(t, []string{"there"}, installed())
	later.open.Store(true)
	assert.Empty(t, up())
	assert.Equal(t, []string{"later", "there"}, installed())
	_, deployment := session()
	plan, err := deployment.Destroy(t.Context(), nil)
	require.NoError(t, err, "%v", plan.Errors())
	assert.Empty(t, installed())
}

// install is a program with one release for each repository, of its name.
func install(kubeconfig string, repositories map[string]string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "kubernetes", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(kubeconfig)})
		if err != nil {
			return err
		}
		for name, repository := range repositories {
			_, err := helm.NewRelease(ctx, name, &helm.ReleaseArgs{
				Name: pulumi.String(name), Namespace: pulumi.String(metav1.NamespaceDefault), Chart: pulumi.String("small"),
				Version: pulumi.String("1.0.0"), RepositoryOpts: helm.RepositoryOptsArgs{Repo: pulumi.String(repository)},
			}, pulumi.Provider(provider))
			if err != nil {
				return err
			}
		}
		return nil
	}
}
