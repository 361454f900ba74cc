package awsplan

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mlops-iac/mlops/internal/terraform"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// frameFile holds the provider's settings; every resource has a file of its own.
const frameFile = "frame.tf.json"

// writeFrame writes everything but the resources.
func writeFrame(folder, region string, tools toolset.AWS) error {
	provider := map[string]any{"source": "hashicorp/aws"}
	if tools.Provider == "" {
		provider["version"] = tools.ProviderVersion
	}
	frame := map[string]any{
		"terraform": map[string]any{"required_providers": map[string]any{"aws": provider}},
		"provider": map[string]any{"aws": map[string]any{
			"region": region, "access_key": "offline", "secret_key": "offline",
			"skip_credentials_validation": true, "skip_requesting_account_id": true,
			"skip_metadata_api_check": true, "skip_region_validation": true,
		}},
		"resource": map[string]any{"terraform_data": map[string]any{terraform.UnknownName: map[string]any{}}},
	}
	return writeFile(folder, frameFile, frame)
}

// writeResource writes a resource into a file with its address as name.
func writeResource(folder string, r terraform.Resource) error {
	return writeFile(folder, r.Address+".tf.json", map[string]any{
		"resource": map[string]any{r.Type: map[string]any{r.Name: r.Body}},
	})
}

func writeFile(folder, name string, content any) error {
	data, err := json.MarshalIndent(content, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("writing the Terraform configuration: %w", err)
	}
	return nil
}
