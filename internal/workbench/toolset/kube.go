package toolset

import "context"

// Kube are the programs of the embedded cluster.
type Kube struct {
	// Version of Kubernetes with a leading "v".
	Version string
	// Paths of the executables.
	Etcd, APIServer, ControllerManager, Scheduler, Kwok, MetricsServer string
}

const kubernetesModule = "k8s.io/kubernetes"

// Kube returns the programs of the embedded cluster and builds those that are
// not in the cache yet.
func (s *Set) Kube(ctx context.Context) (Kube, error) {
	var kube Kube
	for _, part := range []struct {
		family family
		take   func(programs)
	}{
		{kubernetes(), func(p programs) {
			kube.Version = p.version
			kube.APIServer, kube.ControllerManager, kube.Scheduler = p.path("kube-apiserver"), p.path("kube-controller-manager"), p.path("kube-scheduler")
		}},
		{etcd(), func(p programs) { kube.Etcd = p.path("etcd") }},
		{kwok(), func(p programs) { kube.Kwok = p.path("kwok") }},
		{metricsServer(), func(p programs) { kube.MetricsServer = p.path("metrics-server") }},
	} {
		built, err := s.build(ctx, part.family)
		if err != nil {
			return Kube{}, err
		}
		part.take(built)
	}
	return kube, nil
}

func kubernetes() family {
	return family{
		folder: "kube", label: "the Kubernetes control plane", module: kubernetesModule, takes: "about five minutes", needGiB: 6,
		programs: map[string]string{
			"kube-apiserver":          kubernetesModule + "/cmd/kube-apiserver",
			"kube-controller-manager": kubernetesModule + "/cmd/kube-controller-manager",
			"kube-scheduler":          kubernetesModule + "/cmd/kube-scheduler",
		},
		// Without it the server calls itself v0.0.0, and clients go by that.
		version: "k8s.io/component-base/version.gitVersion",
	}
}

func etcd() family {
	const module = "go.etcd.io/etcd/server/v3"
	return family{
		folder: "etcd", label: "etcd", module: module, takes: "about a minute", needGiB: 1,
		programs: map[string]string{"etcd": module},
	}
}

func kwok() family {
	const module = "sigs.k8s.io/kwok"
	return family{
		folder: "kwok", label: "kwok, which simulates nodes,", module: module, takes: "about two minutes", needGiB: 2,
		programs: map[string]string{"kwok": module + "/cmd/kwok"},
	}
}

func metricsServer() family {
	const module = "sigs.k8s.io/metrics-server"
	return family{
		folder: "metrics-server", label: "metrics-server", module: module, takes: "about two minutes", needGiB: 2,
		programs: map[string]string{"metrics-server": module + "/cmd/metrics-server"},
	}
}

// PolicyEnforcer returns the path of a program that enforces NetworkPolicies in
// the network namespace it is started in, and builds it when it is not in the
// cache yet. It runs on Linux only and needs iptables and ipset.
func (s *Set) PolicyEnforcer(ctx context.Context) (string, error) {
	built, err := s.build(ctx, policyEnforcer())
	if err != nil {
		return "", err
	}
	return built.path("kube-router"), nil
}

func policyEnforcer() family {
	return family{
		folder: "kube-router", label: "kube-router, which enforces network policies,", module: "github.com/cloudnativelabs/kube-router",
		takes: "about a minute", needGiB: 1, programs: map[string]string{"kube-router": "."},
	}
}
