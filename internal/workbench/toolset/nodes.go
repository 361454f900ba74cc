package toolset

import "context"

// Nodes are the programs that real nodes run, beside what a distribution brings.
type Nodes struct {
	// Paths of the executables that run on the machine.
	Kubelet, KubeProxy, PolicyEnforcer string
	// Paths of the static executables that go into images.
	CoreDNS, MinIO, MinIOClient string
	// CoreDNSVersion is its version with a leading "v".
	CoreDNSVersion string
}

// Nodes returns the programs of real nodes and builds those that are not in the
// cache yet.
func (s *Set) Nodes(ctx context.Context) (Nodes, error) {
	var found Nodes
	for _, part := range []struct {
		family family
		take   func(programs)
	}{
		{kubeNodes(), func(p programs) { found.Kubelet, found.KubeProxy = p.path("kubelet"), p.path("kube-proxy") }},
		{policyEnforcer(), func(p programs) { found.PolicyEnforcer = p.path("kube-router") }},
		{coreDNS(), func(p programs) { found.CoreDNS, found.CoreDNSVersion = p.path("coredns"), p.version }},
		{minIO(), func(p programs) { found.MinIO, found.MinIOClient = p.path("minio"), p.path("mc") }},
	} {
		built, err := s.build(ctx, part.family)
		if err != nil {
			return Nodes{}, err
		}
		part.take(built)
	}
	return found, nil
}

func kubeNodes() family {
	f := kubernetes()
	f.cache, f.label, f.takes, f.needGiB = "kube-nodes", "the programs of Kubernetes' nodes", "about two minutes", 4
	f.programs = map[string]string{
		"kubelet": kubernetesModule + "/cmd/kubelet", "kube-proxy": kubernetesModule + "/cmd/kube-proxy",
	}
	return f
}

func coreDNS() family {
	return family{
		folder: "coredns", label: "CoreDNS", module: "github.com/coredns/coredns", takes: "about two minutes", needGiB: 2,
		programs: map[string]string{"coredns": "."}, static: true,
	}
}

func minIO() family {
	return family{
		folder: "minio", label: "MinIO and its client", module: "github.com/minio/minio", takes: "about four minutes", needGiB: 3,
		programs: map[string]string{"minio": "github.com/minio/minio", "mc": "github.com/minio/mc"}, static: true,
	}
}
