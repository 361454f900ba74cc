package nodes

import (
	"context"
	_ "embed" // for the objects below
	"errors"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/mlops-iac/mlops/internal/workbench/manifest"
)

//go:embed dns.yaml
var dnsObjects []byte

var (
	nodesResource       = schema.GroupVersionResource{Version: "v1", Resource: "nodes"}
	deploymentsResource = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
)

// awaitNodes returns when every node is ready.
func awaitNodes(ctx context.Context, client *dynamic.DynamicClient, m *Machine) error {
	return await(ctx, m, func() error {
		for _, name := range m.options.Names {
			node, err := client.Resource(nodesResource).Get(ctx, name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			if err := holds(node, "Ready"); err != nil {
				return err
			}
		}
		return nil
	})
}

// installDNS puts CoreDNS into the cluster and returns when it answers.
func installDNS(ctx context.Context, client *dynamic.DynamicClient, m *Machine) error {
	text := strings.NewReplacer("$(address)", dnsAddress, "$(image)", dnsReference).Replace(string(dnsObjects))
	objects, err := manifest.Read([]byte(text))
	if err == nil {
		err = manifest.Apply(ctx, client, objects...)
	}
	if err != nil {
		return fmt.Errorf("installing CoreDNS: %w", err)
	}
	return await(ctx, m, func() error {
		deployment, err := client.Resource(deploymentsResource).Namespace(metav1.NamespaceSystem).Get(ctx, "coredns", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return holds(deployment, "Available")
	})
}

// await calls ready until it returns nil, a program of the nodes ends, or it has
// taken too long.
func await(ctx context.Context, m *Machine, ready func() error) error {
	deadline := time.Now().Add(startLimit)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if failure := m.Err(); failure != nil {
			return failure
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w, for %s; the logs are in %s", err, startLimit, m.path("logs"))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// holds says why a condition of an object is not true.
func holds(object *unstructured.Unstructured, condition string) error {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, entry := range conditions {
		c, _ := entry.(map[string]any)
		if c["type"] != condition {
			continue
		}
		if c["status"] == "True" {
			return nil
		}
		return fmt.Errorf("%s %s is not %s: %v", object.GetKind(), object.GetName(), condition, c["message"])
	}
	return errors.New(object.GetKind() + " " + object.GetName() + " is not " + condition + " yet")
}
