package preview

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/tenants"
)

// StackInput is one stack whose inputs were read and found good.
type StackInput struct {
	// Name of the stack.
	Name string
	// File is the content of its stack file.
	File []byte
	// Settings are those of the file, with defaults.
	Settings settings.Platform
	// Definitions are the tenant definitions; nil for those of the checkout.
	Definitions fs.FS
}

// OnAWS says whether the stack needs the providers of AWS.
func (s StackInput) OnAWS() bool { return s.Settings.Substrate == settings.SubstrateAWS }

// readStacks reads every stack and its tenants; the errors of all of them are
// reported together, before anything is started.
func readStacks(root string, names ...string) ([]StackInput, error) {
	var stacks []StackInput
	var errs []error
	for _, name := range names {
		if name == "" || slices.ContainsFunc(stacks, func(s StackInput) bool { return s.Name == name }) {
			continue
		}
		read, err := ReadStack(root, name)
		stacks, errs = append(stacks, read), append(errs, err)
	}
	return stacks, errors.Join(errs...)
}

// ReadStack reads the file of a stack in a checkout together with the tenants,
// and reports every error of both.
func ReadStack(root, name string) (StackInput, error) {
	file := fileOf(name)
	data, err := os.ReadFile(filepath.Join(root, file))
	if errors.Is(err, os.ErrNotExist) {
		return StackInput{}, fmt.Errorf("stack %q has no file %s in %s; there is %s", name, file, root, strings.Join(Stacks(root), ", "))
	}
	if err != nil {
		return StackInput{}, fmt.Errorf("reading stack %q: %w", name, err)
	}
	return ParseStack(name, data, nil)
}

func fileOf(name string) string { return "Pulumi." + name + ".yaml" }

// ParseStack is ReadStack for the content of a stack file, and for other tenants than
// those of the checkout; nil for those.
func ParseStack(name string, data []byte, definitions fs.FS) (StackInput, error) {
	values, settingsErr := settings.FromStackFile(data, name)
	from := definitions
	if from == nil {
		from = tenants.Definitions
	}
	defined, tenantsErr := tenants.Load(from, name)
	if err := errors.Join(settingsErr, tenantsErr); err != nil {
		return StackInput{}, err
	}
	if err := platform.Check(values, defined); err != nil {
		return StackInput{}, fmt.Errorf("%s: %w", fileOf(name), err)
	}
	return StackInput{Name: name, File: data, Settings: values, Definitions: definitions}, nil
}

// Stacks returns the names of the stacks that have a file in a checkout, sorted.
func Stacks(root string) []string {
	files, _ := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
	}
	return names
}

// plan runs the engine on one stack. The guard checks in the same process, so
// its report is complete even when a violation stopped the plan.
func plan(ctx context.Context, ready tools, s StackInput, adjust func(*engine.Job)) (Result, error) {
	var session *guard.Session
	program := platform.New(platform.Options{
		Offline: true,
		Observe: func(live *guard.Session) { session = live }, Definitions: s.Definitions,
	})
	job := engine.Job{
		Project: Project, Stack: s.Name, StackFile: s.File, Placeholder: settings.Placeholder, Program: program,
		Fakes: []engine.FakeProvider{engine.FakeKubernetes()},
	}
	aliases := map[string]string{platform.Prefix(s.Settings): "<stack>"}
	if s.OnAWS() {
		account := s.Settings.AWS
		job.Fakes = engine.FakeProviders(string(account.Partition), platform.DNSSuffix(account.Partition))
		job.EKS = &ready.eks
		aliases[account.AccountID] = "<account>"
	}
	if adjust != nil {
		adjust(&job)
	}
	planned, err := engine.Preview(ctx, ready.cli, job)
	planned.Aliases = aliases
	result := Result{Plan: planned}
	if session != nil {
		result.Guard, _ = session.Finish() // the report carries what the error says
	}
	return result, err
}

// Project is the name in Pulumi.yaml.
const Project = "mlops"
