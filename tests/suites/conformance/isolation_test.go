package conformance_test

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
	"github.com/mlops-iac/mlops/tests/suites/conformance/packets"
)

// packetStacks are those that packets are sent for: one that names its
// neighbours by pod, and one that names them by address.
var packetStacks = []string{"local", "prod"}

// isolation shows who can connect to whom: what was promised, as evaluated from the
// objects in the cluster, and as packets find it.
func (p platform) isolation(t *testing.T) {
	standIns := p.standIns(t)
	t.Run("promised", func(t *testing.T) { p.promised(t, standIns) })
	t.Run("closed by default", func(t *testing.T) { p.closedByDefault(t, standIns) })
	if slices.Contains(packetStacks, p.Name) {
		t.Run("packets", func(t *testing.T) { p.packets(t, standIns) })
	}
}

// promised compares every cell of the matrix with what the platform promises.
func (p platform) promised(t *testing.T, standIns []actor) {
	v := p.look(t, standIns)
	expected := v.evaluate(v.policies)
	t.Logf("reachability in stack %s, %d connections, %d of them allowed:\n%s", p.Name, len(expected), expected.Allowed(), expected.Table(v.peers(), v.ports))
	promised := p.flows(t)
	var wrong []string
	for cell, allowed := range expected {
		why := promised.allow(v.actors[cell.From], v.actors[cell.To], cell.Port)
		switch {
		case allowed && why == "":
			wrong = append(wrong, fmt.Sprintf("%s: allowed, and nothing promises it", cell))
		case !allowed && why != "":
			wrong = append(wrong, fmt.Sprintf("%s: refused, although %s", cell, why))
		}
	}
	none(t, wrong)
}

// closedByDefault takes away every policy that opens something. What is left
// must close everything, so that a missing policy is a missing connection and
// never an open door.
func (p platform) closedByDefault(t *testing.T, standIns []actor) {
	v := p.look(t, standIns)
	closing := slices.DeleteFunc(slices.Clone(v.policies), func(policy networkingv1.NetworkPolicy) bool {
		return len(policy.Spec.Ingress)+len(policy.Spec.Egress) > 0
	})
	var wrong []string
	for cell, allowed := range v.evaluate(closing) {
		if allowed {
			wrong = append(wrong, fmt.Sprintf("%s: allowed, although no policy opens it", cell))
		}
	}
	none(t, wrong)
}

// packets sends a packet for every cell and compares what arrives with what was
// evaluated.
func (p platform) packets(t *testing.T, standIns []actor) {
	if err := packets.Unavailable(); err != nil {
		t.Skipf("SKIPPED: packets cannot be sent on this machine: %v", err)
	}
	enforcer, err := harness.Toolset(t).PolicyEnforcer(context.Background())
	require.NoError(t, err)
	server, err := url.Parse(p.URL())
	require.NoError(t, err)
	nodes, err := p.Client.CoreV1().Nodes().List(context.Background(), metav1.ListOptions{Limit: 1})
	require.NoError(t, err)
	// Replicas come and go with the load, and packets take a while: what was sent
	// holds if every pod is still there at the end.
	for range 5 {
		v := p.look(t, standIns)
		expected := v.evaluate(v.policies)
		start := time.Now()
		sent, err := packets.Send(context.Background(), packets.Options{
			Enforcer: enforcer, Kubeconfig: p.Kubeconfig(), APIServer: server.Host, Node: nodes.Items[0].Name,
			Folder: t.TempDir(), Peers: v.peers(), Cells: slices.Collect(maps.Keys(expected)),
		})
		if gone := p.gone(t, v); gone != "" {
			t.Logf("%s was removed meanwhile: once more", gone)
			continue
		}
		require.NoError(t, err)
		var wrong []string
		for _, d := range expected.Compare(sent) {
			wrong = append(wrong, fmt.Sprintf("%s: %t by evaluation, %t by packets", d.Cell, d.Left, d.Right))
		}
		t.Logf("stack %s: %d connections tried with packets in %s, %d came about; evaluation and packets agree on %d",
			p.Name, len(sent), time.Since(start).Round(time.Millisecond), sent.Allowed(), len(expected)-len(wrong))
		none(t, wrong)
		return
	}
	t.Fatal("pods were removed during every attempt")
}

// none fails the test with the first of the connections that are wrong.
func none(t *testing.T, wrong []string) {
	t.Helper()
	const shown = 20
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%d connections are wrong, among them:\n%s", len(wrong), strings.Join(wrong[:min(len(wrong), shown)], "\n"))
	}
}
