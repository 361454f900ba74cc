package toolset

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// providerSource is a provider with three services, of which one is made of another.
func providerSource(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"main.go": "package main\n",
		servicesFile: `package provider

import (
	"slices"

	"example.com/p/internal/conns"
	"example.com/p/internal/service/ec2"
	"example.com/p/internal/service/eks"
	"example.com/p/internal/service/kms"
	"example.com/p/internal/service/waf"
)

func servicePackages() []conns.ServicePackage {
	v := []conns.ServicePackage{
		ec2.ServicePackage(),
		eks.ServicePackage(),
		kms.ServicePackage(),
		waf.ServicePackage(),
	}

	return slices.Clone(v)
}
`,
		clientsFile: `package conns

import (
	"` + awsSDK + `eks"
	"` + awsSDK + `kms"
	"` + awsSDK + `waf"
	other "` + awsSDK + `ec2"
)

func (c *AWSClient) EC2Client() *other.Client { return client[*other.Client](c) }

func (c *AWSClient) EKSClient() *eks.Client { return client[*eks.Client](c) }

func (c *AWSClient) KMSClient() *kms.Client { return client[*kms.Client](c) }

func (c *AWSClient) Region() string { return "" }

func (c *AWSClient) WAFClient() *waf.Client { return client[*waf.Client](c) }
`,
		"internal/service/ec2/vpc.go":           "package ec2\n\nimport (\n\t_ \"" + awsSDK + "ec2\"\n\t_ \"example.com/p/internal/service/kms\"\n)\n",
		"internal/service/ec2/vpc_test.go":      "package ec2\n",
		"internal/service/ec2/testdata/x.json":  "{}",
		"internal/service/eks/cluster.go":       "package eks\n\nimport _ \"" + awsSDK + "eks\"\n",
		"internal/service/kms/key.go":           "package kms\n\nimport _ \"" + awsSDK + "kms\"\n",
		"internal/service/waf/acl.go":           "package waf\n\nimport _ \"" + awsSDK + "waf\"\n",
		"website/docs/r/vpc.md":                 "text",
		"internal/generate/names/names_data.go": "package names\n",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return root
}

func TestReducedProvider(t *testing.T) {
	t.Parallel()
	into := filepath.Join(t.TempDir(), "source")
	require.NoError(t, reduceProvider(providerSource(t), into, "example.com/p", []string{"ec2", "eks"}))
	var files []string
	require.NoError(t, filepath.WalkDir(into, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			path, err = filepath.Rel(into, path)
			files = append(files, filepath.ToSlash(path))
		}
		return err
	}))
	assert.Equal(t, []string{
		clientsFile, "internal/generate/names/names_data.go", servicesFile,
		"internal/service/ec2/vpc.go", "internal/service/eks/cluster.go", "internal/service/kms/key.go", "main.go",
	}, files)
	for name, want := range map[string]string{
		servicesFile: `package provider

import (
	"slices"

	"example.com/p/internal/conns"
	"example.com/p/internal/service/ec2"
	"example.com/p/internal/service/eks"
)

func servicePackages() []conns.ServicePackage {
	v := []conns.ServicePackage{
		ec2.ServicePackage(),
		eks.ServicePackage(),
	}

	return slices.Clone(v)
}
`,
		clientsFile: `package conns

import (
	"` + awsSDK + `eks"
	"` + awsSDK + `kms"

	other "` + awsSDK + `ec2"
)

func (c *AWSClient) EC2Client() *other.Client { return client[*other.Client](c) }

func (c *AWSClient) EKSClient() *eks.Client { return client[*eks.Client](c) }

func (c *AWSClient) KMSClient() *kms.Client { return client[*kms.Client](c) }

func (c *AWSClient) Region() string { return "" }
`,
	} {
		got, err := os.ReadFile(filepath.Join(into, name))
		require.NoError(t, err)
		assert.Equal(t, want, string(got), name)
	}
}

func TestServiceThatTheProviderDoesNotHave(t *testing.T) {
	t.Parallel()
	err := reduceProvider(providerSource(t), t.TempDir(), "example.com/p", []string{"eks", "s4"})
	assert.ErrorContains(t, err, "the service s4 of the AWS provider: ")
	assert.ErrorIs(t, err, os.ErrNotExist)
}
