package docs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/suites/docs"
)

// page is a document with one command on line 4, after one that is valid.
func page(language, code string) string {
	return "# Page\n```" + language + "\n" + "tenant=tenant-a\n" + code + "\n```\n"
}

// breakages are commands with one thing wrong each, and what is said about it.
// Without them, a checker that accepts everything would look like clean documents.
func breakages() map[string]struct{ code, want string } {
	return map[string]struct{ code, want string }{
		"kubectl flag":             {`kubectl get pods -n "$tenant" --wrong`, "unknown flag: --wrong"},
		"kubectl verb":             {`kubectl gett pods -n "$tenant"`, `unknown command "gett"`},
		"kubectl group":            {`kubectl rollout -n "$tenant"`, "a subcommand is missing"},
		"kubectl resource":         {`kubectl get deployment,hpas,podz -n "$tenant"`, `doesn't have a resource type "hpas"`},
		"kubectl without name":     {`kubectl delete pod -n "$tenant"`, "no name was specified"},
		"kubectl namespace":        {"kubectl get pods -n monitorin", `nothing of the platform is in namespace "monitorin"`},
		"kubectl no namespace":     {"kubectl get pods", `nothing of the platform is in namespace "default"`},
		"kubectl object":           {`kubectl rollout restart deployment/inferense -n "$tenant"`, `has no deployments "inferense"`},
		"kubectl container":        {`kubectl logs -n "$tenant" POD --container server`, `no pod of the platform has a container "server"`},
		"kubectl selector":         {`kubectl get pods -n "$tenant" -l 'a in (b'`, "unable to parse requirement"},
		"kubectl label":            {`kubectl get pods -n "$tenant" -l app=inference`, "has the label app"},
		"kubectl label's value":    {`kubectl get pods -n "$tenant" -l app.kubernetes.io/component=serving`, `is never "serving"`},
		"kubectl format":           {`kubectl get pods -n "$tenant" -o yml2`, `unable to match a printer`},
		"kubectl jsonpath":         {`kubectl get pods -n "$tenant" -o jsonpath='{.items[*}'`, "unterminated array"},
		"kubectl context":          {"kubectl config use-context kind-other", "no context exists"},
		"kubectl sort":             {`kubectl get pods -n "$tenant" --sort-by='{.a'`, "unexpected path string"},
		"pulumi flag":              {"pulumi up --stak dev", "unknown flag: --stak"},
		"pulumi verb":              {"pulumi upp --stack dev", `unknown command "upp"`},
		"pulumi verb of a group":   {"pulumi stack inti dev", "no subcommand inti"},
		"pulumi argument missing":  {"pulumi config set --secret --path", "at least 1 arguments"},
		"pulumi argument too many": {"pulumi stack rm local dev", "at most 1 arguments"},
		"make target":              {"make previw STACK=dev", "has no target previw"},
		"make variable":            {"make preview STAK=dev", "does not read STAK"},
		"mlops flag":               {"mlops up --embeded", "unknown flag: --embeded"},
		"mlops verb":               {"mlops upp", `unknown command "upp"`},
		"go verb":                  {"go mode edit", "no subcommand mode"},
		"go package":               {"go run -C cmd/mlop . preview", "no package cmd/mlop"},
		"script":                   {"bash .ci/rum", "no script .ci/rum"},
		"step":                     {"bash .ci/run lint tests", "no step tests"},
		"docker verb":              {"docker bild .", "no such verb"},
		"tool":                     {"kubctl get pods", "nothing here can check kubctl"},
		"variable":                 {`kubectl get pods -n "$tennant"`, "set nowhere above"},
		"syntax":                   {`kubectl get pods -n "$tenant`, "not a shell command"},
		"inside our image":         {`kubectl exec -n tenant-a deployment/inference -- /inference models lst`, "lst"},
		"inside a container":       {`kubectl exec -n object-store statefulset/minio -- sh -ec 'kubctl x'`, "nothing here can check kubctl"},
		"in a substitution":        {"key=$(make previw)", "has no target previw"},
		"in a pipe":                {"make previw | base64 -d", "has no target previw"},
		"amtool flag":              {"amtool silence add a=b --durration=1h", "unknown long flag '--durration'"},
		"amtool verb":              {"amtool silense add a=b", "expected command but got"},
		"aws flag":                 {"aws s3 ls --wrong", "Unknown options: --wrong"},
		"aws service":              {"aws s4 ls", "Invalid choice"},
		"aws operation":            {"aws kms create-kee", "maybe you meant"},
		"aws missing":              {"aws kms create-alias --alias-name alias/x", "arguments are required: --target-key-id"},
		"aws parameter's value":    {"aws s3api put-bucket-versioning --bucket b --versioning-configuration Stat=Enabled", "Unknown parameter"},
	}
}

func TestFindingsAreReported(t *testing.T) {
	t.Parallel()
	checker := newChecker(t)
	for name, broken := range breakages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := checker.Check(t.Context(), []string{"page.md"}, map[string]string{"page.md": page("sh", broken.code)})
			require.NoError(t, err)
			if report.Skipped["aws"] > 0 {
				t.Skip(report.Why["aws"])
			}
			require.NotEmpty(t, report.Findings, broken.code)
			assert.Contains(t, report.Findings[0].String(), "page.md:4: ")
			assert.Contains(t, report.Findings[0].Problem, broken.want)
		})
	}
}

func TestFindingsInQueriesAreReported(t *testing.T) {
	t.Parallel()
	checker := newChecker(t)
	for query, want := range map[string]string{
		`sum(rate(inference_requests_totl[5m]))`:                                "has the series inference_requests_totl",
		`sum(rate(inference_requests_total))`:                                   "expected type range vector",
		"sum(rate(inference_requests_total[5m]))\n  / sum(rate(inferense[5m]))": "has the series inferense",
		`sum by (pod (inference_model_loaded)`:                                  "unexpected",
	} {
		report, err := checker.Check(t.Context(), []string{"page.md"}, map[string]string{"page.md": "# Page\n```promql\nup == 1\n" + query + "\n```\n"})
		require.NoError(t, err)
		require.Len(t, report.Findings, 1, query)
		assert.Equal(t, 4, report.Findings[0].Line)
		assert.Contains(t, report.Findings[0].Problem, want)
		assert.Equal(t, 2, report.Checked["promql"])
	}
}

func TestCommandsInTextAreChecked(t *testing.T) {
	t.Parallel()
	text := "# Page\n\nRun `make previw`, or in a table\n\n| a | `kubectl get podz -n NAMESPACE` |\n\nbut `make` and `makes nothing` are words.\n"
	report, err := newChecker(t).Check(t.Context(), []string{"page.md"}, map[string]string{"page.md": text})
	require.NoError(t, err)
	require.Len(t, report.Findings, 2)
	assert.Equal(t, "page.md:3: make previw\n\tthe Makefile has no target previw", report.Findings[0].String())
	assert.Equal(t, 5, report.Findings[1].Line)
	assert.Contains(t, report.Findings[1].Problem, `resource type "podz"`)
}

func TestAFoldersREADMESaysWhichVariablesItsPagesUse(t *testing.T) {
	t.Parallel()
	files := []string{"a/README.md", "a/page.md", "b/page.md"}
	report, err := newChecker(t).Check(t.Context(), files, map[string]string{
		files[0]: page("sh", "pod=x"), files[1]: page("sh", `echo=$pod`), files[2]: page("sh", `echo=$pod`),
	})
	require.NoError(t, err)
	assert.Equal(t, []docs.Finding{{File: "b/page.md", Line: 4, Subject: "$pod", Problem: "the variable is set nowhere above"}}, report.Findings)
}
