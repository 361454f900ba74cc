package preview

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// StackInput is one stack whose inputs were read and found good.
type StackInput struct {
	// Name of the stack.
	Name string
	// File is the content of its stack file.
	File []byte
	// Settings are what the file says, with defaults.
	Settings settings.Platform
}

// OnAWS says whether the stack needs the providers of AWS.
func (s StackInput) OnAWS() bool { return s.Settings.Substrate == settings.SubstrateAWS }

// readStacks reads every stack and its tenants; the faults of all of them are
// reported together, before anything is started.
func readStacks(root string, names ...string) ([]StackInput, error) {
	var stacks []StackInput
	var faults []error
	for _, name := range names {
		if name == "" || slices.ContainsFunc(stacks, func(s StackInput) bool { return s.Name == name }) {
			continue
		}
		read, err := ReadStack(root, name)
		stacks, faults = append(stacks, read), append(faults, err)
	}
	return stacks, errors.Join(faults...)
}

// ReadStack reads the file of a stack in a checkout together with the tenants,
// and reports every fault of both.
func ReadStack(root, name string) (StackInput, error) {
	file := "Pulumi." + name + ".yaml"
	data, err := os.ReadFile(filepath.Join(root, file)) //nolint:gosec // the stack name is the user's own choice of file
	if errors.Is(err, os.ErrNotExist) {
		return StackInput{}, fmt.Errorf("stack %q has no file %s in %s; there is %s", name, file, root, strings.Join(Stacks(root), ", "))
	}
	if err != nil {
		return StackInput{}, fmt.Errorf("reading stack %q: %w", name, err)
	}
	values, settingsErr := settings.FromStackFile(data, name)
	defined, tenantsErr := tenants.Load(tenants.Definitions, name)
	if err := errors.Join(settingsErr, tenantsErr); err != nil {
		return StackInput{}, err
	}
	if err := platform.Check(values, defined); err != nil {
		return StackInput{}, fmt.Errorf("%s: %w", file, err)
	}
	return StackInput{Name: name, File: data, Settings: values}, nil
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

// plan runs the engine on one stack. The guard judges in the same process, so
// its report is complete even when a violation stopped the plan.
func plan(ctx context.Context, ready tools, s StackInput, adjust func(*offline.Job)) (Result, error) {
	var session *guard.Session
	program := platform.New(platform.Options{
		Offline: true,
		Observe: func(live *guard.Session) { session = live },
	})
	job := offline.Job{
		Project: Project, Stack: s.Name, StackFile: s.File, Placeholder: settings.Placeholder, Program: program,
		StandIns: []offline.StandIn{offline.Kubernetes()},
	}
	own := map[string]string{platform.Prefix(s.Settings): "<stack>"}
	if s.OnAWS() {
		account := s.Settings.AWS
		job.StandIns = offline.StandIns(string(account.Partition), platform.DNSSuffix(account.Partition))
		job.EKS = &ready.eks
		own[account.AccountID] = "<account>"
	}
	if adjust != nil {
		adjust(&job)
	}
	planned, err := offline.Preview(ctx, ready.cli, job)
	planned.Own = own
	result := Result{Plan: planned}
	if session != nil {
		result.Guard, _ = session.Finish() // the report carries what the error says
	}
	return result, err
}

// Project is the name in Pulumi.yaml.
const Project = "mlops"
