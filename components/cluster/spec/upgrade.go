package spec

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// proxySkew is how many minor versions kube-proxy may be behind the API server, as
// Kubernetes says in its version skew policy.
const proxySkew = 3

var proxyPattern = regexp.MustCompile(`^v1\.[0-9]+`)

// CheckUpgrade reports a version that EKS does not reach in one step from the one
// that is deployed. path is that of the version.
func (c Cluster) CheckUpgrade(path *field.Path, deployed string) field.ErrorList {
	was, known := awsenv.KubernetesMinor(deployed)
	wanted, valid := awsenv.KubernetesMinor(c.Version)
	switch {
	case !known || !valid:
		return nil
	case wanted < was:
		return field.ErrorList{field.Invalid(path, c.Version, fmt.Sprintf("must not be older than the deployed %s: EKS does not go back", deployed))}
	case wanted > was+1:
		return field.ErrorList{field.Invalid(path, c.Version,
			fmt.Sprintf("must be at most 1.%d, one above the deployed %s: EKS upgrades one minor version at a time, and so do nodes", was+1, deployed))}
	default:
		return nil
	}
}

// checkKubeProxy keeps a pinned kube-proxy within what Kubernetes supports beside
// the control plane.
func (c Cluster) checkKubeProxy(path *field.Path) field.ErrorList {
	pinned := c.AddonVersions[KubeProxy]
	proxy, known := awsenv.KubernetesMinor(strings.TrimPrefix(proxyPattern.FindString(pinned), "v"))
	control, valid := awsenv.KubernetesMinor(c.Version)
	switch {
	case !known || !valid:
		return nil
	case proxy > control:
		return field.ErrorList{field.Invalid(path, pinned, fmt.Sprintf("must not be newer than cluster version %s", c.Version))}
	case proxy < control-proxySkew:
		return field.ErrorList{field.Invalid(path, pinned,
			fmt.Sprintf("must be at least v1.%d, %d minor versions below cluster version %s", control-proxySkew, proxySkew, c.Version))}
	default:
		return nil
	}
}
