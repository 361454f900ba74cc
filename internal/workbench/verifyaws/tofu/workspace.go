// Package tofu has OpenTofu and the AWS provider look at the resources of a stack, and
// make them on an emulated AWS.
package tofu

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

// Diagnostic is a message of OpenTofu or the provider.
type Diagnostic struct {
	tfjson.Diagnostic
	// Address is the resource, where one is named.
	Address string `json:"address"`
}

// Workspace is a folder with a configuration and, once something was applied, its state.
type Workspace struct {
	tools   toolset.AWS
	folder  string
	region  string
	account Account
}

// Account is an account of an emulated AWS. The zero value is no account at all: then
// the provider can plan and nothing else.
type Account struct {
	// Endpoint is where all services answer.
	Endpoint string
	// Key and Secret are those of the caller, and Token that of its session, if it has one.
	Key, Secret, Token string
}

// FrameFile holds the provider's settings; every resource has a file of its own.
const FrameFile = "frame.tf.json"

const resourceSuffix = ".tf.json"

// Open makes a folder ready for the provider.
func Open(ctx context.Context, tools toolset.AWS, folder, region string, account Account) (Workspace, error) {
	w := Workspace{tools: tools, folder: folder, region: region, account: account}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return w, fmt.Errorf("making the folder for OpenTofu: %w", err)
	}
	if err := w.writeFrame(); err != nil {
		return w, err
	}
	return w, w.prepare(ctx)
}

// As is the same folder with another caller.
func (w Workspace) As(account Account) (Workspace, error) {
	w.account = account
	return w, w.writeFrame()
}

// writeFrame writes everything but the resources.
func (w Workspace) writeFrame() error {
	provider := map[string]any{"source": "hashicorp/aws"}
	if w.tools.Provider == "" {
		provider["version"] = w.tools.ProviderVersion
	}
	settings := map[string]any{"region": w.region, "skip_metadata_api_check": true, "skip_region_validation": true}
	if w.account == (Account{}) {
		settings["skip_credentials_validation"], settings["skip_requesting_account_id"] = true, true
	} else {
		settings["s3_use_path_style"] = true
	}
	return w.writeFile(FrameFile, map[string]any{
		"terraform": map[string]any{"required_providers": map[string]any{"aws": provider}},
		"provider":  map[string]any{"aws": settings},
		"resource":  map[string]any{"terraform_data": map[string]any{terraform.UnknownName: map[string]any{}}},
	})
}

// Write makes resources the whole configuration. Each has a file with its address as
// name.
func (w Workspace) Write(resources map[string]terraform.Resource) error {
	if err := w.removeResources(); err != nil {
		return err
	}
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		r := resources[address]
		err := w.writeFile(address+resourceSuffix, map[string]any{
			"resource": map[string]any{r.Type: map[string]any{r.Name: r.Configuration()}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w Workspace) removeResources() error {
	files, err := filepath.Glob(filepath.Join(w.folder, "*"+resourceSuffix))
	if err != nil {
		return err
	}
	for _, file := range files {
		if filepath.Base(file) == FrameFile {
			continue
		}
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("removing the configuration of before: %w", err)
		}
	}
	return nil
}

func (w Workspace) writeFile(name string, content any) error {
	data, err := json.MarshalIndent(content, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(w.folder, name), append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("writing the Terraform configuration: %w", err)
	}
	return nil
}
