package localcluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// startStore starts etcd. Its writes are not flushed to the disk: a control
// plane that lives for hours needs no protection from a power cut.
func (c *Cluster) startStore(ctx context.Context) error {
	client, peer := localURL(c.ports.etcd), localURL(c.ports.etcdPeer)
	p, err := c.run("etcd", c.options.Tools.Etcd,
		"--name=embedded", "--data-dir="+c.path("etcd"), "--unsafe-no-fsync",
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=embedded="+peer,
		"--cert-file="+c.keys.etcd.cert, "--key-file="+c.keys.etcd.key,
		"--client-cert-auth", "--trusted-ca-file="+c.keys.authority,
		"--peer-cert-file="+c.keys.etcd.cert, "--peer-key-file="+c.keys.etcd.key,
		"--peer-client-cert-auth", "--peer-trusted-ca-file="+c.keys.authority,
		"--log-level=warn")
	if err != nil {
		return err
	}
	probe, err := c.etcdProbe(client + "/health")
	if err != nil {
		return err
	}
	return p.Await(ctx, readyTimeout, probe)
}

func (c *Cluster) etcdProbe(url string) (func(context.Context) error, error) {
	certificate, err := tls.LoadX509KeyPair(c.keys.apiServerToEtcd.cert, c.keys.apiServerToEtcd.key)
	if err != nil {
		return nil, fmt.Errorf("reading the client certificate of etcd: %w", err)
	}
	authority, err := os.ReadFile(c.keys.authority)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return nil, errors.New("the authority of the control plane is no certificate")
	}
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: pool, MinVersion: tls.VersionTLS12},
	}}
	return func(ctx context.Context) error { return get(ctx, client, url) }, nil
}

func get(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

func (c *Cluster) startAPIServer(ctx context.Context) error {
	k := c.keys
	args := []string{
		"--etcd-servers=" + localURL(c.ports.etcd), "--etcd-cafile=" + k.authority,
		"--etcd-certfile=" + k.apiServerToEtcd.cert, "--etcd-keyfile=" + k.apiServerToEtcd.key,
		"--secure-port=" + c.ports.apiServer.String(),
		"--tls-cert-file=" + k.apiServer.cert, "--tls-private-key-file=" + k.apiServer.key,
		"--client-ca-file=" + k.authority, "--anonymous-auth=false",
		"--authorization-mode=Node,RBAC", "--allow-privileged=true",
		"--service-cluster-ip-range=" + c.options.ServiceCIDR,
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + k.serviceAccounts.cert, "--service-account-signing-key-file=" + k.serviceAccounts.key,
		"--requestheader-client-ca-file=" + k.frontAuthority, "--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + k.front.cert, "--proxy-client-key-file=" + k.front.key,
		"--profiling=false",
	}
	args = append(args, c.reachability()...)
	if c.options.TolerateExtendedResources {
		args = append(args, "--enable-admission-plugins=ExtendedResourceToleration")
	}
	p, err := c.run("kube-apiserver", c.options.Tools.APIServer, args...)
	if err != nil {
		return err
	}
	config, err := c.RESTConfig()
	if err != nil {
		return err
	}
	if c.client, err = dynamic.NewForConfig(config); err != nil {
		return err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	return p.Await(ctx, readyTimeout, func(ctx context.Context) error { return get(ctx, client, c.URL()+"/readyz") })
}

// By default controllers ask for 20 things a second, so as to spare a server that
// thousands share. Deleting a namespace alone takes over a hundred.
const (
	clientRate  = "--kube-api-qps=500"
	clientBurst = "--kube-api-burst=1000"
)

// startControllers starts what acts on the API. Both wait for the API server
// only once, so they are started after it.
func (c *Cluster) startControllers() error {
	_, err := c.run("kube-controller-manager", c.options.Tools.ControllerManager,
		"--kubeconfig="+c.keys.controllers, "--use-service-account-credentials=true", "--leader-elect=false",
		"--service-account-private-key-file="+c.keys.serviceAccounts.key, "--root-ca-file="+c.keys.authority,
		"--horizontal-pod-autoscaler-sync-period="+c.options.AutoscalerSync.String(),
		"--secure-port=0", "--profiling=false", clientRate, clientBurst)
	if err != nil {
		return err
	}
	_, err = c.run("kube-scheduler", c.options.Tools.Scheduler,
		"--kubeconfig="+c.keys.scheduler, "--leader-elect=false", "--secure-port=0", "--profiling=false", clientRate, clientBurst)
	return err
}

func localURL(port *process.Port) string { return "https://" + port.Address() }
