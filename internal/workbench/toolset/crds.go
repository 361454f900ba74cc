package toolset

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// crdModule carries the CustomResourceDefinitions of the monitoring stack.
const crdModule = "github.com/prometheus-operator/prometheus-operator"

// CRDs returns the CustomResourceDefinitions that our own objects need, as YAML
// documents, and those of more kinds of the Prometheus operator, which are named
// like "podmonitors". They come from their Go module, which is downloaded when it
// is not there yet.
func (s *Set) CRDs(ctx context.Context, more ...string) ([][]byte, error) {
	folder, err := s.moduleFolder(ctx, filepath.Join(s.Root, "tools", "crds"), crdModule)
	if err != nil {
		return nil, fmt.Errorf("fetching the CustomResourceDefinitions: %w", err)
	}
	var documents [][]byte
	for _, plural := range append([]string{"servicemonitors", "prometheusrules"}, more...) {
		data, err := os.ReadFile(filepath.Join(folder, "example", "prometheus-operator-crd", "monitoring.coreos.com_"+plural+".yaml"))
		if err != nil {
			return nil, fmt.Errorf("reading the CustomResourceDefinition of %s: %w", plural, err)
		}
		documents = append(documents, data)
	}
	return documents, nil
}

// moduleFolder downloads a module that the module in folder requires and returns
// where its files are.
func (s *Set) moduleFolder(ctx context.Context, folder, module string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	var downloaded struct{ Dir, Error string }
	if decodeErr := json.Unmarshal(output, &downloaded); decodeErr != nil && err == nil {
		err = decodeErr
	}
	if err != nil {
		return "", fmt.Errorf("go mod download %s: %w\n%s%s", module, err, downloaded.Error, tail(stderr.String(), 5))
	}
	return downloaded.Dir, nil
}

// APIDiscovery returns the folder with the discovery documents of the Kubernetes
// API at the version of the embedded cluster, as the project publishes them in
// its module: "api__v1.json" is what a server answers to /api/v1.
func (s *Set) APIDiscovery(ctx context.Context) (string, error) {
	folder, err := s.moduleFolder(ctx, filepath.Join(s.Root, "tools", "kube"), kubernetesModule)
	if err != nil {
		return "", fmt.Errorf("fetching the discovery documents of Kubernetes: %w", err)
	}
	return filepath.Join(folder, "api", "discovery"), nil
}
