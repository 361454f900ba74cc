package preflight

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

const (
	// DefaultMinimumMinor is the oldest minor version of Kubernetes 1 that the
	// platform runs on.
	DefaultMinimumMinor = 34
	// answerTimeout bounds how long the cluster may take for its first answer.
	answerTimeout = 10 * time.Second
	// lookTimeout bounds everything that is looked up after it.
	lookTimeout = 30 * time.Second
)

// Target is the cluster and what the platform needs of it.
type Target struct {
	// Kubeconfig is the path of a kubeconfig. Default: the files of the
	// environment variable KUBECONFIG, else ~/.kube/config.
	Kubeconfig string
	// Context is the context in it. Default: the current one.
	Context string
	// StorageClass is the class of every volume. Default: the default class of
	// the cluster, which must then exist.
	StorageClass string
	// NetworkPolicyEnforced asserts that the cluster enforces network policies.
	// Default: a network plugin known to enforce them must be found.
	NetworkPolicyEnforced bool
	// DNS is where network policies let pods ask for names. Default: spec.DefaultDNS.
	DNS spec.DNS
	// MinimumMinor is the oldest minor version admitted. Default: DefaultMinimumMinor.
	MinimumMinor int
}

// Check returns nil when the platform can be deployed on the cluster, and else
// an error with one line for each thing in the way. When the cluster cannot be
// reached that is the only line.
func Check(ctx context.Context, t Target) error {
	if t.MinimumMinor == 0 {
		t.MinimumMinor = DefaultMinimumMinor
	}
	config, err := t.load()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("kubernetes.kubeconfig: context %q cannot be used: %w; correct its cluster and user", t.Context, err)
	}
	found, err := ask(ctx, client, config.Host)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	return errors.Join(
		t.checkVersion(found, config.Host),
		t.checkStorage(ctx, client),
		t.checkNetworkPolicy(ctx, client),
		t.checkDNS(ctx, client),
	)
}

// ask gets the version, the first answer of the cluster.
func ask(ctx context.Context, client kubernetes.Interface, address string) (version.Info, error) {
	bounded, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var found version.Info
	body, err := client.Discovery().RESTClient().Get().AbsPath("/version").Do(bounded).Raw()
	if err != nil {
		return found, unreachable(ctx, address, err)
	}
	if json.Unmarshal(body, &found) != nil || found.Major == "" {
		return found, fmt.Errorf("kubernetes.context: %s answers, but not as a Kubernetes API server; correct the server of the context's cluster", address)
	}
	return found, nil
}

func (t Target) checkVersion(found version.Info, address string) error {
	major, majorErr := strconv.Atoi(found.Major)
	minor, minorErr := strconv.Atoi(strings.TrimRight(found.Minor, "+")) // some distributions report "34+"
	if err := errors.Join(majorErr, minorErr); err != nil {
		return fmt.Errorf("kubernetes.context: %s reports the version %q.%q, which is no version of Kubernetes; use a cluster of version 1.%d or newer",
			address, found.Major, found.Minor, t.MinimumMinor)
	}
	if major == 1 && minor < t.MinimumMinor {
		return fmt.Errorf("kubernetes.context: the cluster runs Kubernetes %s and the platform needs 1.%d or newer; upgrade the cluster or use another",
			found.GitVersion, t.MinimumMinor)
	}
	return nil
}

// quiet keeps the client from writing to the program's output, and from limiting
// its few requests: its limiter has errors of its own when a deadline is near.
func quiet(config *rest.Config) *rest.Config {
	config.WarningHandler = rest.NoWarnings{}
	config.UserAgent = "mlops-preflight"
	config.QPS = -1
	return config
}
