// Package provider_test proves the thin Kubernetes provider against a real API
// server: it speaks to the provider as the engine does, and looks at the
// cluster with a client of its own.
package provider_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/mlops-iac/mlops/internal/controlplane"
	"github.com/mlops-iac/mlops/internal/kubeprovider"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// clusterVariable names a kubeconfig to test against; without it a control
// plane is started.
const clusterVariable = "MLOPS_TEST_KUBECONFIG"

// kubeconfig is the path to the cluster of all tests.
var kubeconfig string

// pluginVariable makes the test binary behave as a provider plugin.
const pluginVariable = "MLOPS_TEST_PLUGIN"

func TestMain(m *testing.M) {
	if os.Getenv(pluginVariable) != "" {
		os.Exit(serve())
	}
	os.Exit(run(m))
}

func serve() int {
	server, err := kubeprovider.Serve("4.99.0")
	if err != nil {
		return 1
	}
	fmt.Println(server.Port())
	select {} // until the front ends it
}

func run(m *testing.M) (code int) {
	if kubeconfig = os.Getenv(clusterVariable); kubeconfig != "" {
		return m.Run()
	}
	cluster, err := start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	kubeconfig = cluster.Kubeconfig()
	return m.Run()
}

func start(ctx context.Context) (*controlplane.Cluster, error) {
	tools, err := toolset.New(".", func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	if err != nil {
		return nil, err
	}
	programs, err := tools.Kube(ctx)
	if err != nil {
		return nil, err
	}
	return controlplane.Start(ctx, controlplane.Options{Tools: programs})
}
