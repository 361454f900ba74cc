package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// neighbours are the tenants, and who is the other one.
func neighbours() map[string]string {
	return map[string]string{"tenant-a": "tenant-b", "tenant-b": "tenant-a"}
}

// metadata are addresses at which clouds give credentials away: instances, and pods
// of ECS and of EKS.
func metadata() []string {
	return []string{"instance=169.254.169.254:80", "task=169.254.170.2:80", "pod-identity=169.254.170.23:80"}
}

// serveMetadata answers at these addresses in the network of the nodes: without it
// nobody could tell a closed way from one that leads nowhere.
func (p platform) serveMetadata(t *testing.T) {
	t.Helper()
	for _, address := range metadata() {
		_, address, _ = strings.Cut(address, "=")
		listener := p.listen(t, address)
		t.Cleanup(func() { _ = listener.Close() })
	}
}

// listen listens at an address of its own in the network of the nodes.
func (p platform) listen(t *testing.T, address string) net.Listener {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.folder, "sandbox.json"))
	require.NoError(t, err)
	var sandbox struct{ PID int }
	require.NoError(t, json.Unmarshal(text, &sandbox))
	network := fmt.Sprintf("/proc/%d/ns/net", sandbox.PID)
	host, _, err := net.SplitHostPort(address)
	require.NoError(t, err)
	output, err := exec.Command("nsenter", "--net="+network, "ip", "address", "add", host+"/32", "dev", "node").CombinedOutput()
	require.NoError(t, err, string(output))
	listener, err := listenIn(network, address)
	require.NoError(t, err)
	return listener
}

// listenIn listens in another network namespace. A socket stays in the one that it was
// made in; the thread that made it is given up.
func listenIn(network, address string) (listener net.Listener, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		var file *os.File
		if file, err = os.Open(network); err != nil {
			return
		}
		defer file.Close()
		if err = unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
			return
		}
		listener, err = net.Listen("tcp", address)
	}()
	<-done
	return listener, err
}

// checkIsolation sends packets where none may arrive, next to some that do.
func (p platform) checkIsolation(ctx context.Context) error {
	return each(func(tenant string) error {
		own, err := p.serverAddress(ctx, tenant)
		if err != nil {
			return err
		}
		foreign, err := p.serverAddress(ctx, neighbours()[tenant])
		if err != nil {
			return err
		}
		output, err := p.probe(ctx, tenant, append([]string{
			"dial", "own=" + own, "other-service=inference." + neighbours()[tenant] + ".svc.cluster.local:80", "other-pod=" + foreign,
			"store=minio.object-store.svc.cluster.local:9000", "database=postgresql.metadata-store.svc.cluster.local:5432",
			"api=kubernetes.default.svc.cluster.local:443",
		}, metadata()...)...)
		if err != nil {
			return err
		}
		return equal([]string{
			"own open", "other-service closed", "other-pod closed", "store open", "database open", "api closed",
			"instance closed", "task closed", "pod-identity closed",
		}, lines(output))
	})
}

// testStranger is a pod outside of the tenants, which no policy holds back: it reaches
// what tenants do not, so their ways are closed and not just broken.
func (p platform) testStranger(t *testing.T) {
	output, err := p.probe(t.Context(), "default", append([]string{"dial", "api=kubernetes.default.svc.cluster.local:443"}, metadata()...)...)
	require.NoError(t, err)
	require.Equal(t, []string{"api open", "instance open", "task open", "pod-identity open"}, lines(output))
}

// serverAddress is where one of a tenant's servers listens.
func (p platform) serverAddress(ctx context.Context, tenant string) (string, error) {
	server, err := p.readyServer(ctx, tenant)
	return net.JoinHostPort(server.Status.PodIP, "8080"), err
}

// checkStores tries both stores with the credentials that the tenant's server has.
func (p platform) checkStores(ctx context.Context) error {
	const denied = "put AccessDenied, get AccessDenied, list AccessDenied, remove AccessDenied"
	var want []string
	for _, bucket := range []string{"raw", "processed", "models"} {
		want = append(want, bucket+" own: put ok, get ok, list ok, remove ok", bucket+" other: "+denied, bucket+" anonymous: "+denied)
	}
	want = append(want, "database own: ok, encrypted true", "database other: 28000", "database other by its name: 28P01",
		"database administrator: 28P01", "database without TLS: 28000")
	return each(func(tenant string) error {
		output, err := p.probeAsServer(ctx, tenant, "stores", neighbours()[tenant])
		if err != nil {
			return err
		}
		return equal(want, lines(output))
	})
}

// checkInside reads what the kernel holds a process in the place of the server to.
func (p platform) checkInside(ctx context.Context) error {
	return each(func(tenant string) error {
		output, err := p.probeAsServer(ctx, tenant, "inside")
		if err != nil {
			return err
		}
		return equal([]string{
			"Uid: 65532 65532 65532 65532", "Gid: 65532 65532 65532 65532", "CapEff: 0000000000000000", "CapBnd: 0000000000000000",
			"NoNewPrivs: 1", "Seccomp: 2", "write to /: read-only file system", "write to /tmp/: ok",
		}, lines(output))
	})
}

// restarts counts how often containers of a tenant's servers were started again.
func (p platform) restarts(ctx context.Context, tenant string) (int, error) {
	servers, err := p.servers(ctx, tenant)
	count := 0
	for _, pod := range servers {
		for _, container := range pod.Status.ContainerStatuses {
			count += int(container.RestartCount)
		}
	}
	return count, err
}

// selector finds the servers of a tenant.
var selector = metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=inference"}
