package local

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/workbench/images"
)

// question is a request for a prediction and what the sample says to it.
type question struct{ body, label string }

// questionTo returns a question that the model of a tenant can answer: the first row
// of the sample of its kind of model. It reports false for a tenant that runs another
// image than the inference service, and whose questions are therefore not known.
func questionTo(ctx context.Context, client kubernetes.Interface, root, namespace string) (asked question, known bool, err error) {
	deployment, err := client.AppsV1().Deployments(namespace).Get(ctx, tenant.InferenceName, metav1.GetOptions{})
	if err != nil {
		return question{}, false, fmt.Errorf("looking at the inference service of %s: %w", namespace, err)
	}
	ours, _, _ := strings.Cut(images.DefaultReference, ":")
	for _, container := range deployment.Spec.Template.Spec.Containers {
		if !strings.HasPrefix(container.Image, ours+":") {
			continue
		}
		kind, err := modelKind(ctx, client, namespace, container)
		if err != nil || !slices.Contains(names.ModelKinds(), kind) {
			return question{}, false, err
		}
		asked, err = sampleQuestion(root, kind)
		return asked, err == nil, err
	}
	return question{}, false, nil
}

// modelKind is the kind of model that a container is told to serve; the service takes
// none for sentiment.
func modelKind(ctx context.Context, client kubernetes.Interface, namespace string, container corev1.Container) (string, error) {
	for _, source := range container.EnvFrom {
		if source.ConfigMapRef == nil {
			continue
		}
		config, err := client.CoreV1().ConfigMaps(namespace).Get(ctx, source.ConfigMapRef.Name, metav1.GetOptions{})
		if err != nil {
			return "", fmt.Errorf("reading the configuration of %s: %w", namespace, err)
		}
		if kind := config.Data["MODEL_KIND"]; kind != "" {
			return kind, nil
		}
	}
	return names.ModelSentiment, nil
}

// sampleQuestion makes a question of the first row of a kind's sample in the checkout.
func sampleQuestion(root, kind string) (question, error) {
	path := filepath.Join(root, "services", "inference", "internal", kind, "sample.csv")
	file, err := os.Open(path)
	if err != nil {
		return question{}, fmt.Errorf("opening the sample of %s: %w", kind, err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	var rows [2][]string
	for i := range rows {
		if rows[i], err = reader.Read(); err != nil {
			return question{}, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	var asked question
	features := map[string]json.Number{}
	body := map[string]any{"features": features}
	for i, column := range rows[0] {
		switch value := rows[1][i]; column {
		case "label":
			asked.label = value
		case "text":
			body = map[string]any{"text": value}
		default:
			features[column] = json.Number(value)
		}
	}
	text, err := json.Marshal(body)
	asked.body = string(text)
	return asked, err
}
