package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/tenant"
)

// askLimit bounds how long a tenant may take to answer: its first pods have just
// become ready, and every node must have heard of them.
const askLimit = 15 * time.Second

// prediction is what a tenant answers.
type prediction struct {
	Prediction   string  `json:"prediction"`
	Confidence   float64 `json:"confidence"`
	ModelVersion string  `json:"model_version"`
}

// ask sends a question to a tenant below an address until it is answered.
func ask(ctx context.Context, services, tenant string, asked question) (prediction, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	for {
		answer, err := askOnce(ctx, services, tenant, asked)
		if err == nil {
			return answer, nil
		}
		select {
		case <-ctx.Done():
			return prediction{}, err
		case <-time.After(time.Second):
		}
	}
}

func askOnce(ctx context.Context, services, tenant string, asked question) (prediction, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, predictURL(services, tenant), strings.NewReader(asked.body))
	if err != nil {
		return prediction{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return prediction{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return prediction{}, err
	}
	if response.StatusCode != http.StatusOK {
		return prediction{}, fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(text))
	}
	var answer prediction
	return answer, json.Unmarshal(text, &answer)
}

func predictURL(services, tenant string) string { return services + "/" + tenant + "/predict" }

// story tells what a newcomer can do with a platform on real nodes.
type story struct {
	client   kubernetes.Interface
	root     string
	services string
	// folder is that of the platform where it is not the default one.
	folder  string
	tenants []string
	// monitored says that a Prometheus knows of them.
	monitored bool
}

// predictions asks every tenant and shows question and answer.
func (s story) predictions(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "Predictions; every tenant has an address below %s:\n", s.services)
	for _, tenant := range s.tenants {
		asked, known, err := questionTo(ctx, s.client, s.root, tenant)
		if err != nil {
			return err
		}
		if !known {
			fmt.Fprintf(out, "  %s was not asked: it runs an image of its own, whose questions are not known\n", tenant)
			continue
		}
		answer, err := ask(ctx, s.services, tenant, asked)
		if err != nil {
			return fmt.Errorf("%s was asked for a prediction and did not answer: %w", tenant, err)
		}
		fmt.Fprintf(out, "  curl --data %s %s\n    %s, confidence %.2f, model %s; the sample says %s\n", quoted(asked.body),
			predictURL(s.services, tenant), answer.Prediction, answer.Confidence, answer.ModelVersion, asked.label)
	}
	return nil
}

// next names three things to try, as commands to paste in the checkout.
func (s story) next(ctx context.Context, out io.Writer) error {
	if len(s.tenants) == 0 {
		return nil
	}
	first := s.tenants[0]
	fmt.Fprintf(out, "Try next:\n  load until the autoscaler has added what it may\n    %s\n", s.command("load "+first))
	if len(s.tenants) > 1 {
		fmt.Fprintf(out, "  a request that no policy allows, from one tenant to another\n    %s\n",
			s.command("request --from "+first+" --to "+s.tenants[1]))
	}
	return s.training(ctx, out, first)
}

// training names the commands of a training run, for a tenant that has one.
func (s story) training(ctx context.Context, out io.Writer, name string) error {
	_, err := s.client.BatchV1().CronJobs(name).Get(ctx, tenant.TrainingName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	asked, known, askErr := questionTo(ctx, s.client, s.root, name)
	if err := errors.Join(err, askErr); err != nil || !known {
		return err
	}
	_, err = fmt.Fprintf(out, `  a training run, whose model the replicas take without a restart: model_version changes
    kubectl create job first-run --namespace %[1]s --from=cronjob/%[4]s
    kubectl wait job/first-run --namespace %[1]s --for=condition=complete --timeout=3m && sleep 30
    curl --data %[2]s %[3]s
`, name, quoted(asked.body), predictURL(s.services, name), tenant.TrainingName)
	return err
}

// dashboards says where the dashboards are to be seen.
func (s story) dashboards(out io.Writer) {
	if s.monitored {
		fmt.Fprintf(out, "Dashboards, as a web page; the first figures take two minutes:\n  %s\n", s.command("dashboards"))
	}
}

// command is a verb of this program as somebody in the checkout types it.
func (s story) command(verb string) string {
	command := "go run -C cmd/mlops . " + verb + " --embedded"
	if s.folder != "" {
		command += " --folder " + quoted(s.folder)
	}
	return command
}

// quoted is a text as one word for a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
