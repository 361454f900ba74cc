package preflight

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// load reads the kubeconfig and finds the context.
func (t *Target) load() (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	if t.Kubeconfig != "" {
		rules.ExplicitPath = t.Kubeconfig
	}
	where := source(rules)
	parsed, err := read(rules, where)
	if err != nil {
		return nil, err
	}
	known := strings.Join(slices.Sorted(maps.Keys(parsed.Contexts)), ", ")
	if t.Context == "" {
		t.Context = parsed.CurrentContext
	}
	if t.Context == "" {
		return nil, fmt.Errorf("kubernetes.context: %s has no current context; name one of %s", where, known)
	}
	named, found := parsed.Contexts[t.Context]
	if !found {
		return nil, fmt.Errorf("kubernetes.context: %s has no context %q; name one of %s", where, t.Context, known)
	}
	if _, found := parsed.Clusters[named.Cluster]; !found {
		return nil, fmt.Errorf("kubernetes.context: context %q of %s names the cluster %q, which is not in it; correct the file or fetch it again", t.Context, where, named.Cluster)
	}
	config, err := clientcmd.NewNonInteractiveClientConfig(*parsed, t.Context, &clientcmd.ConfigOverrides{}, rules).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("kubernetes.context: context %q of %s cannot be used: %w; correct its cluster and user", t.Context, where, err)
	}
	return quiet(config), nil
}

// read parses the files; their errors name the setting that names them.
func read(rules *clientcmd.ClientConfigLoadingRules, where string) (*api.Config, error) {
	info, err := os.Stat(where)
	switch {
	case rules.ExplicitPath != "" && errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("kubernetes.kubeconfig: there is no file %s; write the path of a kubeconfig, or leave it out to use KUBECONFIG or ~/.kube/config", where)
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("kubernetes.kubeconfig: %s is a folder; write the path of the kubeconfig in it", where)
	}
	parsed, err := rules.Load()
	if err != nil {
		return nil, fmt.Errorf("kubernetes.kubeconfig: %s cannot be read as a kubeconfig: %w; correct the file or use another", where, err)
	}
	if len(parsed.Contexts) == 0 {
		return nil, fmt.Errorf("kubernetes.kubeconfig: %s holds no context; create a cluster first, or write the path of its kubeconfig", where)
	}
	return parsed, nil
}

// source names the files that were read.
func source(rules *clientcmd.ClientConfigLoadingRules) string {
	if rules.ExplicitPath != "" {
		return rules.ExplicitPath
	}
	return strings.Join(rules.Precedence, " and ")
}
