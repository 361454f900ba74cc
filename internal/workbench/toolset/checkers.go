package toolset

import "context"

// ManifestCheckers are public checkers of Kubernetes manifests.
type ManifestCheckers struct {
	// Paths of the executables.
	KubeScore, Kubesec string
}

// ManifestCheckers returns the checkers of manifests and builds those that are not in the
// cache yet.
func (s *Set) ManifestCheckers(ctx context.Context) (ManifestCheckers, error) {
	score, err := s.build(ctx, kubeScore())
	if err != nil {
		return ManifestCheckers{}, err
	}
	sec, err := s.build(ctx, kubesec())
	if err != nil {
		return ManifestCheckers{}, err
	}
	return ManifestCheckers{KubeScore: score.path("kube-score"), Kubesec: sec.path("kubesec")}, nil
}

func kubeScore() family {
	const module = "github.com/zegl/kube-score"
	return family{
		folder: "kube-score", label: "kube-score", module: module, takes: "less than a minute", needGiB: 1,
		programs: map[string]string{"kube-score": module + "/cmd/kube-score"},
	}
}

func kubesec() family {
	const module = "github.com/controlplaneio/kubesec/v2"
	return family{
		folder: "kubesec", label: "kubesec", module: module, takes: "less than a minute", needGiB: 1,
		programs: map[string]string{"kubesec": module},
	}
}
