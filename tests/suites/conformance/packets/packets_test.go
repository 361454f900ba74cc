//go:build linux

package packets_test

import (
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/suites/conformance/packets"
	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

var (
	web  = reach.Port{Protocol: "TCP", Number: 80}
	name = reach.Port{Protocol: "UDP", Number: 53}
)

// options are three peers, all cells between them, and an enforcer that is the
// given script.
func options(t *testing.T, script string) packets.Options {
	t.Helper()
	if err := packets.Unavailable(); err != nil {
		t.Skipf("SKIPPED: packets cannot be sent on this machine: %v", err)
	}
	folder := t.TempDir()
	enforcer := filepath.Join(folder, "enforcer")
	require.NoError(t, os.WriteFile(enforcer, []byte("#!/bin/sh\n"+script+"\n"), 0o700)) // a script must be executable
	o := packets.Options{
		Enforcer: enforcer, Kubeconfig: "unused", APIServer: "127.0.0.1:1", Node: "unused", Folder: folder,
		Peers: []reach.Peer{
			{Name: "a", Address: netip.MustParseAddr("10.244.0.0"), Namespace: "x"},
			{Name: "b", Address: netip.MustParseAddr("10.244.1.0"), Namespace: "y"},
			{Name: "outside", Address: netip.MustParseAddr("169.254.169.254")},
		},
	}
	for _, from := range o.Peers {
		for _, to := range o.Peers {
			if from.Name != to.Name {
				o.Cells = append(o.Cells, reach.Cell{From: from.Name, To: to.Name, Port: web}, reach.Cell{From: from.Name, To: to.Name, Port: name})
			}
		}
	}
	return o
}

// everyPod are rules that let everything through, and show that every pod is known.
const everyPod = "for pod in 10.244.0.0 10.244.1.0; do iptables -A FORWARD -d $pod -j ACCEPT; done; exec sleep 60"

func TestSendFindsWhatIsRefused(t *testing.T) {
	t.Parallel()
	o := options(t, `
		iptables -A FORWARD -s 10.244.0.0 -d 10.244.1.0 -p tcp --dport 80 -m conntrack --ctstate NEW -j REJECT
		iptables -A FORWARD -s 169.254.169.254 -d 10.244.0.0 -p udp --dport 53 -m conntrack --ctstate NEW -j REJECT
		iptables -A FORWARD -s 10.244.1.0 -d 169.254.169.254 -m conntrack --ctstate NEW -j REJECT
		`+everyPod)
	matrix, err := packets.Send(context.Background(), o)
	require.NoError(t, err)
	refused := map[reach.Cell]bool{}
	for cell, connected := range matrix {
		if !connected {
			refused[cell] = true
		}
	}
	assert.Len(t, matrix, len(o.Cells))
	assert.Equal(t, map[reach.Cell]bool{
		{From: "a", To: "b", Port: web}:        true,
		{From: "outside", To: "a", Port: name}: true,
		{From: "b", To: "outside", Port: web}:  true,
		{From: "b", To: "outside", Port: name}: true,
	}, refused)
}

func TestSilenceIsNoRefusal(t *testing.T) {
	t.Parallel()
	_, err := packets.Send(context.Background(), options(t, "iptables -A FORWARD -s 10.244.0.0 -d 10.244.1.0 -p udp -m conntrack --ctstate NEW -j DROP; "+everyPod))
	assert.ErrorContains(t, err, "with policies: a -> b 53/UDP: neither answered nor refused")
}

func TestEnforcerThatEndsIsAnError(t *testing.T) {
	t.Parallel()
	_, err := packets.Send(context.Background(), options(t, "echo no such node; exit 3"))
	assert.ErrorContains(t, err, "the enforcer ended by itself: exit status 3")
	assert.ErrorContains(t, err, "no such node")
}

// The enforcer reads the cluster through the router: what listens on the host's
// loopback answers it there.
func TestEnforcerReachesTheAPIServer(t *testing.T) {
	t.Parallel()
	server, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	go func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("iptables -A FORWARD -d 10.244.0.0 -m conntrack --ctstate NEW -j REJECT\n"))
			_ = conn.Close()
		}
	}()
	o := options(t, "")
	o.APIServer = server.Addr().String()
	host, port, err := net.SplitHostPort(o.APIServer)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(o.Enforcer, []byte("#!/bin/bash\nread -r rule </dev/tcp/"+host+"/"+port+"\n$rule\n"+everyPod+"\n"), 0o700)) // a script must be executable
	matrix, err := packets.Send(context.Background(), o)
	require.NoError(t, err)
	assert.False(t, matrix[reach.Cell{From: "b", To: "a", Port: web}], "the rule came from the server")
	assert.True(t, matrix[reach.Cell{From: "a", To: "b", Port: web}])
}
