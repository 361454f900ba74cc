package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
)

// establishLimit bounds how long the API server may take to serve a new kind: seconds
// are normal, a loaded machine needs more.
const establishLimit = 2 * time.Minute

var definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

// target are the clients of one cluster.
type target struct {
	client kubernetes.Interface
	config *rest.Config
}

// InstallCRDs applies CustomResourceDefinitions, given as YAML, and waits until
// they are served.
func InstallCRDs(ctx context.Context, kubeconfig string, documents [][]byte) error {
	target, err := connect(kubeconfig)
	if err != nil {
		return err
	}
	return target.installCRDs(ctx, documents)
}

// connect makes clients of a cluster.
func connect(kubeconfig string) (*target, error) {
	config, err := localcluster.RESTConfig(kubeconfig)
	if err != nil {
		return nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster of %s: %w", kubeconfig, err)
	}
	return &target{client: client, config: config}, nil
}

func (t *target) installCRDs(ctx context.Context, documents [][]byte) error {
	client, err := dynamic.NewForConfig(t.config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, establishLimit)
	defer cancel()
	for _, document := range documents {
		crd := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(document, &crd.Object); err != nil {
			return fmt.Errorf("reading a CustomResourceDefinition: %w", err)
		}
		options := metav1.ApplyOptions{FieldManager: "mlops-embedded", Force: true}
		if _, err := client.Resource(definitions).Apply(ctx, crd.GetName(), crd, options); err != nil {
			return fmt.Errorf("installing the CustomResourceDefinition %s: %w", crd.GetName(), err)
		}
		if err := awaitEstablished(ctx, client, crd.GetName()); err != nil {
			return err
		}
	}
	return nil
}

func awaitEstablished(ctx context.Context, client dynamic.Interface, name string) error {
	for {
		crd, err := client.Resource(definitions).Get(ctx, name, metav1.GetOptions{})
		if err == nil && established(crd) {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("the CustomResourceDefinition %s was not served within %s", name, establishLimit), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func established(crd *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(crd.Object, "status", "conditions")
	for _, condition := range conditions {
		c, _ := condition.(map[string]any)
		if c["type"] == "Established" && c["status"] == "True" {
			return true
		}
	}
	return false
}
