package localcluster

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// keys are the files with which the parts of one control plane know each other.
type keys struct {
	authority, frontAuthority                 string
	etcd, apiServer, metricsServer, front     pair
	apiServerToEtcd, serviceAccounts          pair
	kubeconfig, controllers, scheduler, nodes string
	// kubeletClient is the API server as a client of kubelets; main issues more.
	kubeletClient pair
	main          *authority
}

// keyring issues certificates and remembers the first error.
type keyring struct {
	folder string
	url    string
	err    error
}

// newKeys issues every certificate. The API server is reached at the addresses, too.
func newKeys(folder, url, serviceCIDR string, addresses ...net.IP) (keys, error) {
	address, err := firstAddress(serviceCIDR)
	if err != nil {
		return keys{}, err
	}
	r := &keyring{folder: folder, url: url}
	main, front := r.authority("ca"), r.authority("front-proxy-ca")
	if r.err != nil {
		return keys{}, r.err
	}
	k := keys{
		authority: main.path(), frontAuthority: front.path(),
		etcd:            r.keep(main.server("etcd")),
		apiServer:       r.keep(main.server("kube-apiserver", append(addresses, address)...)),
		metricsServer:   r.keep(main.server("metrics-server")),
		apiServerToEtcd: r.keep(main.client("kube-apiserver-etcd-client")),
		front:           r.keep(front.client("front-proxy-client")),
		serviceAccounts: r.keep(serviceAccountKey(folder)),
		kubeconfig:      r.kubeconfig(main, "kubernetes-admin", "system:masters"),
		controllers:     r.kubeconfig(main, "system:kube-controller-manager"),
		scheduler:       r.kubeconfig(main, "system:kube-scheduler"),
		// kwok stands in for every kubelet, so no identity of one node would do.
		nodes:         r.kubeconfig(main, "mlops-embedded-nodes", "system:masters"),
		kubeletClient: r.keep(main.client("kube-apiserver-kubelet-client", "system:masters")),
		main:          main,
	}
	return k, r.err
}

func (r *keyring) authority(name string) *authority {
	ca, err := newAuthority(r.folder, name)
	r.err = errors.Join(r.err, err)
	return ca
}

func (r *keyring) keep(keys pair, err error) pair {
	r.err = errors.Join(r.err, err)
	return keys
}

// kubeconfig issues a client certificate and writes a kubeconfig that uses it.
// Paths in it are absolute, so that it works from every folder.
func (r *keyring) kubeconfig(a *authority, user string, groups ...string) string {
	issued := r.keep(a.client(user, groups...))
	config := clientcmdapi.NewConfig()
	config.Clusters[Context] = &clientcmdapi.Cluster{Server: r.url, CertificateAuthority: a.path()}
	config.AuthInfos[user] = &clientcmdapi.AuthInfo{ClientCertificate: issued.cert, ClientKey: issued.key}
	config.Contexts[Context] = &clientcmdapi.Context{Cluster: Context, AuthInfo: user}
	config.CurrentContext = Context
	path := filepath.Join(r.folder, fileName(user)+".kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		r.err = errors.Join(r.err, fmt.Errorf("writing the kubeconfig of %s: %w", user, err))
	}
	return path
}

const loopback = "127.0.0.1"
