package toolset

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// AWS are the programs that verify AWS resources without an account.
type AWS struct {
	// Tofu is the path of OpenTofu, which drives the provider.
	Tofu string
	// Provider is the folder with the AWS provider; empty when it is to come from
	// a registry. ProviderVersion is its version.
	Provider, ProviderVersion string
	// Downloads is where OpenTofu keeps providers that it installs.
	Downloads string
}

// BuiltAWSProvider is the version of the AWS provider that is built from its Go
// module: the last release in the newest fork of which one can be had.
const BuiltAWSProvider = "5.82.1"

// ReleasedAWSProvider is the version inside the SDK of pulumi-aws that the
// platform uses.
const ReleasedAWSProvider = "5.100.0"

// Tofu returns OpenTofu alone, which is to install the provider itself, and builds
// it when it is not there.
func (s *Set) Tofu(ctx context.Context) (AWS, error) {
	built, err := s.build(ctx, openTofu())
	if err != nil {
		return AWS{}, err
	}
	downloads := filepath.Join(s.Cache, "opentofu", "providers")
	if err := os.MkdirAll(downloads, 0o755); err != nil {
		return AWS{}, fmt.Errorf("making the folder for providers: %w", err)
	}
	return AWS{Tofu: built.path("tofu"), ProviderVersion: ReleasedAWSProvider, Downloads: downloads}, nil
}

// AWS returns OpenTofu and the AWS provider, and builds what is not there.
func (s *Set) AWS(ctx context.Context) (AWS, error) {
	found, err := s.Tofu(ctx)
	if err != nil {
		return AWS{}, err
	}
	provider, err := s.build(ctx, awsProvider())
	found.Provider, found.ProviderVersion = provider.bin(), BuiltAWSProvider
	return found, err
}

// HasAWS says whether AWS would build nothing.
func (s *Set) HasAWS() (bool, error) {
	for _, f := range []family{openTofu(), awsProvider()} {
		built, err := s.locate(f)
		if err != nil || !exists(built.root) {
			return false, err
		}
	}
	return true, nil
}

// AWSSchema is where the schema of a provider that was built is kept; that of one
// from a registry is not.
func (s *Set) AWSSchema(tools AWS) string {
	if tools.Provider == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(tools.Provider), "schema.json")
}

// KeepAWSSchema keeps the schema of a provider that was built.
func (s *Set) KeepAWSSchema(tools AWS, schema []byte) error {
	path := s.AWSSchema(tools)
	if path == "" {
		return nil
	}
	if err := os.WriteFile(path+".part", schema, 0o600); err != nil {
		return fmt.Errorf("keeping the schema of the AWS provider: %w", err)
	}
	return os.Rename(path+".part", path)
}

func openTofu() family {
	const module = "github.com/opentofu/opentofu"
	return family{
		folder: "opentofu", label: "OpenTofu", module: module, takes: "about two minutes", needGiB: 2,
		programs: map[string]string{"tofu": module + "/cmd/tofu"},
	}
}

func awsProvider() family {
	const module = "github.com/hashicorp/terraform-provider-aws"
	services := awsServices()
	return family{
		folder: "terraform-provider-aws", label: "the AWS provider of Terraform", module: module,
		takes: "about ten minutes on two processors, 4 GiB of memory and 1 GB of disk", needGiB: 4,
		programs: map[string]string{"terraform-provider-aws": module},
		part:     strings.Join(services, ","),
		reduce:   func(from, into string) error { return reduceProvider(from, into, module, services) },
	}
}
