package tofu

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

const (
	cliConfig         = "tofu.rc"
	cliConfigVariable = "TF_CLI_CONFIG_FILE"

	planFile = "plan.bin"
	// PlanFile is the plan as JSON in the folder that is kept.
	PlanFile = "plan.json"
)

// prepare makes the folder ready for the provider: one that was built is named in
// the configuration of OpenTofu, any other is installed as that of the user says.
func (w Workspace) prepare(ctx context.Context) error {
	if w.tools.Provider == "" {
		if _, err := w.run(ctx, "init", "-input=false", "-no-color"); err != nil {
			return fmt.Errorf("installing the AWS provider %s: %w", w.tools.ProviderVersion, err)
		}
		return nil
	}
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"hashicorp/aws\" = %q\n  }\n  direct {}\n}\n", w.tools.Provider)
	if err := os.WriteFile(filepath.Join(w.folder, cliConfig), []byte(text), 0o600); err != nil {
		return fmt.Errorf("configuring OpenTofu: %w", err)
	}
	return nil
}

// Schema asks the provider for its schema.
func (w Workspace) Schema(ctx context.Context) ([]byte, error) {
	return w.run(ctx, "providers", "schema", "-json")
}

// Validate has the provider look at every resource by itself.
func (w Workspace) Validate(ctx context.Context) ([]Diagnostic, error) {
	output, runErr := w.run(ctx, "validate", "-json")
	var answer struct {
		Diagnostics []Diagnostic `json:"diagnostics"`
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		return nil, fmt.Errorf("reading what tofu validate said: %w", errors.Join(err, runErr))
	}
	return answer.Diagnostics, unexplained(runErr, answer.Diagnostics)
}

// Plan has the provider plan everything. Without errors the plan is kept, in
// OpenTofu's own form.
func (w Workspace) Plan(ctx context.Context) ([]Diagnostic, error) {
	output, runErr := w.run(ctx, "plan", "-json", "-input=false", "-lock=false", "-refresh=false", "-parallelism=20", "-out="+planFile)
	found := diagnostics(output)
	return found, unexplained(runErr, found)
}

// diagnostics are those among the messages of a command, one a line.
func diagnostics(output []byte) []Diagnostic {
	var found []Diagnostic
	for _, line := range bytes.Split(output, []byte("\n")) {
		var message struct {
			Type       string     `json:"type"`
			Diagnostic Diagnostic `json:"diagnostic"`
		}
		if len(line) == 0 || json.Unmarshal(line, &message) != nil || message.Type != "diagnostic" {
			continue
		}
		found = append(found, message.Diagnostic)
	}
	return found
}

// unexplained is a failure that no diagnostic tells about.
func unexplained(failure error, found []Diagnostic) error {
	for _, d := range found {
		if d.Severity == tfjson.DiagnosticSeverityError {
			return nil
		}
	}
	return failure
}

// Show returns the plan and writes it as JSON into the folder.
func (w Workspace) Show(ctx context.Context) (*tfjson.Plan, error) {
	output, err := w.run(ctx, "show", "-json", planFile)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(w.folder, PlanFile), output, 0o600); err != nil {
		return nil, fmt.Errorf("keeping the plan: %w", err)
	}
	var plan tfjson.Plan
	if err := json.Unmarshal(output, &plan); err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	return &plan, nil
}

// run returns what OpenTofu prints, also when it fails.
func (w Workspace) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, w.tools.Tofu, args...)
	cmd.Dir, cmd.Env = w.folder, w.environment()
	cmd.WaitDelay = 5 * time.Second
	process.EndWithParent(cmd)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		err = fmt.Errorf("tofu %s: %w\n%s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), err
}

// offline are the keys of nobody; without any the provider would look for some.
const offline = "offline"

// environment names the caller. Keys are in no file.
func (a Account) environment() []string {
	env := []string{"AWS_ACCESS_KEY_ID=" + cmp.Or(a.Key, offline), "AWS_SECRET_ACCESS_KEY=" + cmp.Or(a.Secret, offline)}
	if a.Token != "" {
		env = append(env, "AWS_SESSION_TOKEN="+a.Token)
	}
	if a.Endpoint != "" {
		env = append(env, "AWS_ENDPOINT_URL="+a.Endpoint)
	}
	return env
}

// environment is that of the user without what would let OpenTofu or the
// provider find an account or other arguments. Where the provider is installed by
// OpenTofu, it may be by way of the user's mirror, and is downloaded only once.
func (w Workspace) environment() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "TOFU_") {
			env = append(env, variable)
		}
	}
	env = append(env, w.account.environment()...)
	env = append(env, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	if w.tools.Provider != "" {
		return append(env, cliConfigVariable+"="+filepath.Join(w.folder, cliConfig))
	}
	if config := os.Getenv(cliConfigVariable); config != "" {
		env = append(env, cliConfigVariable+"="+config)
	}
	return append(env, "TF_PLUGIN_CACHE_DIR="+w.tools.Downloads, "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE=1")
}
