package local

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/tenant"
)

// real returns the clients of a running platform with real nodes that has the given
// tenants.
func (i Instance) real(ctx context.Context, tenants ...string) (*target, record, error) {
	live, err := i.running()
	if err != nil {
		return nil, record{}, err
	}
	if live.Nodes != NodesReal {
		return nil, record{}, errors.New("no container runs on simulated nodes, so nothing answers; `mlops up --embedded --nodes real` has real ones")
	}
	target, err := connect(live.Kubeconfig)
	if err != nil {
		return nil, record{}, err
	}
	namespaces, err := target.client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{LabelSelector: tenant.TenantLabel})
	if err != nil {
		return nil, record{}, fmt.Errorf("listing the tenants: %w", err)
	}
	known := make([]string, len(namespaces.Items))
	for i, namespace := range namespaces.Items {
		known[i] = namespace.Name
	}
	return target, live, checkKnown(known, tenants)
}

// checkKnown says which of the wanted tenants there are not.
func checkKnown(known, wanted []string) error {
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no tenant %q; there is %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}
