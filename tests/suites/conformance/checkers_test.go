package conformance_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// kubernetesMinor is the version that kube-score checks for: it knows APIs by
// the minor version they were deprecated in.
func kubernetesMinor(t *testing.T) string {
	t.Helper()
	tools, err := harness.Toolset(t).Kube(t.Context())
	require.NoError(t, err)
	parts := strings.SplitN(tools.Version, ".", 3)
	require.Len(t, parts, 3)
	return parts[0] + "." + parts[1]
}

// kubeScore returns how many objects kube-score checked, and its findings but
// those of the rules that are left out.
func kubeScore(t *testing.T, program string, stack harness.Stack, without []string) (int, []finding) {
	t.Helper()
	var documents bytes.Buffer
	for _, o := range stack.Objects {
		text, err := json.Marshal(o)
		require.NoError(t, err)
		documents.WriteString("---\n" + string(text) + "\n")
	}
	args := []string{"score", "--output-format", "json", "--kubernetes-version", kubernetesMinor(t)}
	for _, rule := range without {
		args = append(args, "--ignore-test", rule)
	}
	var objects []struct {
		TypeMeta   metav1.TypeMeta   `json:"type_meta"`
		ObjectMeta metav1.ObjectMeta `json:"object_meta"`
		Checks     []struct {
			Check struct {
				ID string `json:"id"`
			} `json:"check"`
			// Grade is 1 for critical, 5 for a warning, above that for less.
			Grade    int  `json:"grade"`
			Skipped  bool `json:"skipped"`
			Comments []struct {
				Path    string `json:"path"`
				Summary string `json:"summary"`
			} `json:"comments"`
		} `json:"checks"`
	}
	runChecker(t, &objects, &documents, program, append(args, "-")...)
	var findings []finding
	for _, object := range objects {
		for _, check := range object.Checks {
			if check.Skipped || check.Grade > 5 {
				continue
			}
			f := finding{checker: "kube-score", rule: check.Check.ID, critical: check.Grade == 1}
			f.object = object.TypeMeta.Kind + " " + strings.TrimPrefix(object.ObjectMeta.Namespace+"/"+object.ObjectMeta.Name, "/")
			for _, comment := range check.Comments {
				f.message = strings.TrimPrefix(f.message+"; "+comment.Path+" "+comment.Summary, "; ")
			}
			findings = append(findings, f)
		}
	}
	return len(objects), findings
}

// kubesec returns how many pods kubesec checked, and its findings. It knows
// neither Jobs nor CronJobs, so it is given the pods of every template.
func kubesec(t *testing.T, program string, stack harness.Stack) (int, []finding) {
	t.Helper()
	folder := t.TempDir()
	var documents bytes.Buffer
	names := map[string]string{}
	for _, o := range stack.Objects {
		template, found := templateIn(t, o)
		if !found {
			continue
		}
		name := strings.ToLower(o.GetKind()) + "-" + o.GetName()
		text, err := json.Marshal(corev1.Pod{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
			ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: o.GetNamespace()},
			Spec:       template.Spec,
		})
		require.NoError(t, err)
		documents.WriteString("---\n" + string(text) + "\n")
		names["Pod/"+name+"."+o.GetNamespace()] = harness.Describe(o)
	}
	// The API server has validated the objects. kubesec would fetch its schemas
	// from the internet, so it is given one that everything fits.
	schema, input := filepath.Join(folder, "schema.json"), filepath.Join(folder, "pods.yaml")
	require.NoError(t, os.WriteFile(schema, []byte(`{"type":"object"}`), 0o600))
	require.NoError(t, os.WriteFile(input, documents.Bytes(), 0o600))
	type rule struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
	var objects []struct {
		Object  string `json:"object"`
		Valid   bool   `json:"valid"`
		Message string `json:"message"`
		Scoring struct {
			Critical []rule `json:"critical"`
			Advise   []rule `json:"advise"`
		} `json:"scoring"`
	}
	runChecker(t, &objects, nil, program, "scan", "--schema-location", schema, input)
	require.Len(t, objects, len(names))
	var findings []finding
	for _, object := range objects {
		require.True(t, object.Valid, object.Message)
		require.Contains(t, names, object.Object)
		for _, r := range object.Scoring.Critical {
			findings = append(findings, finding{"kubesec", r.ID, names[object.Object], r.Reason, true})
		}
		for _, r := range object.Scoring.Advise {
			findings = append(findings, finding{"kubesec", r.ID, names[object.Object], r.Reason, false})
		}
	}
	return len(objects), findings
}

// runChecker runs a program that writes what it finds as JSON. That it found
// something makes it fail, so its exit code says nothing.
func runChecker(t *testing.T, into any, input *bytes.Buffer, program string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if input != nil {
		cmd.Stdin = input
	}
	err := cmd.Run()
	require.NoError(t, json.Unmarshal(stdout.Bytes(), into), "%s: %v\n%s", program, err, stderr.String())
}
