package harness

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	clusterharness "github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// loopback is where everything listens.
const loopback = "127.0.0.1"

// patience is how long a program may take to start on a busy machine.
const patience = time.Minute

// Harness is the platform of one stack with its monitoring.
type Harness struct {
	*clusterharness.Cluster
	// Stack holds the resources that the program registers.
	Stack clusterharness.Stack
	// Kubelet runs the serving pods.
	Kubelet *Kubelet
	// GPUs and Prices are the exporters that have no real counterpart here.
	GPUs   *GPUs
	Prices *Prices
	// Inbox holds the notifications of Alertmanager.
	Inbox *Inbox
	// Prometheus answers queries.
	Prometheus *Prometheus

	tools   toolset.Observers
	folder  string
	manager string
}

// Options of a harness.
type Options struct {
	// Service is the inference service, and Model the artifact its tenants load.
	Service, Model string
}

// New starts everything for the length of a test.
func New(t testing.TB, stack clusterharness.Stack, options Options) *Harness {
	t.Helper()
	tools, err := clusterharness.Toolset(t).Observers(context.Background())
	require.NoError(t, err)
	s := &Harness{
		Cluster: clusterharness.Start(t, localcluster.Options{
			Nodes: clusterharness.Nodes(stack.Settings), Metrics: true, AutoscalerSync: 2 * time.Second, TolerateExtendedResources: true,
		}, "prometheuses", "prometheusagents", "alertmanagers", "alertmanagerconfigs", "podmonitors", "probes", "scrapeconfigs", "thanosrulers"),
		Stack: stack, tools: tools, folder: t.TempDir(),
	}
	s.Deploy(t, stack)
	s.Kubelet = newKubelet(t, s, options)
	s.GPUs, s.Prices, s.Inbox = newGPUs(t, s), newPrices(t, s), newInbox(t)
	s.startAlertmanager(t)
	s.startPrometheus(t)
	return s
}

// Deploy applies what the program registers for a stack.
func (s *Harness) Deploy(t testing.TB, stack clusterharness.Stack) {
	t.Helper()
	for _, object := range stack.Objects {
		s.MustApply(t, object)
	}
}

// run starts a program for the length of a test.
func (s *Harness) run(t testing.TB, program process.Program) *process.Process {
	t.Helper()
	program.Folder = s.folder
	started, err := process.Start(program)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, started.Stop()) })
	return started
}

// Tenants are the names of the tenants in the cluster.
func (s *Harness) Tenants(t testing.TB) []string {
	t.Helper()
	list, err := s.Client.CoreV1().Namespaces().List(context.Background(), metav1.ListOptions{LabelSelector: "mlops.io/tenant"})
	require.NoError(t, err)
	var names []string
	for _, namespace := range list.Items {
		names = append(names, namespace.Labels["mlops.io/tenant"])
	}
	return names
}
