// Package awsplan_test puts the AWS resources of the real stack files before the
// real AWS provider, as `mlops verify-aws` does. Translating needs no provider and
// is always tested; what needs it is skipped, and says so, where it is not built.
package verifyaws_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

const (
	checkout = "../../.."
	// committed is the part of the provider's schema that needs no provider.
	committed = checkout + "/internal/workbench/verifyaws/terraform/testdata/schema.json"
	// limit is for one test; the tools may have to be built first.
	limit = 15 * time.Minute
)

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

func tools(t *testing.T) *toolset.Set {
	t.Helper()
	set, err := toolset.New(checkout, t.Logf)
	require.NoError(t, err)
	return set
}

// verifier is one with the built provider; without it the test is skipped.
func verifier(t *testing.T) *verifyaws.Verifier {
	t.Helper()
	set := tools(t)
	built, err := set.HasAWS()
	require.NoError(t, err)
	if !built {
		t.Skip("the AWS provider is not built; make aws-tools builds it, which takes 20 to 45 minutes")
	}
	tools, err := set.AWS(within(t))
	require.NoError(t, err)
	v, err := verifyaws.NewVerifier(within(t), set, tools, t.TempDir())
	require.NoError(t, err)
	return v
}

func schema(t *testing.T) *terraform.Schema {
	t.Helper()
	file, err := os.Open(committed)
	require.NoError(t, err)
	defer file.Close()
	read, err := terraform.ReadSchema(file)
	require.NoError(t, err)
	return read
}

func planner(t *testing.T) *preview.Planner {
	t.Helper()
	p, err := preview.NewPlanner(within(t), tools(t))
	require.NoError(t, err)
	return p
}

func stack(t *testing.T, name string) preview.StackInput {
	t.Helper()
	read, err := preview.ReadStack(checkout, name)
	require.NoError(t, err)
	return read
}

const account = "333333333333"

// everything is the stack prod with what the committed stacks leave off.
func everything(t *testing.T) preview.StackInput {
	t.Helper()
	return varied(t, "everything", map[string]any{
		"cluster.publicAccessCidrs": []any{"203.0.113.0/24"},
		"cost.activateTags":         true,
		"objectStore.replication": map[string]any{
			"destinationBucketArns": map[string]any{"raw": "arn:aws:s3:::copy-raw", "models": "arn:aws:s3:::copy-models"},
			"destinationKeyArn":     "arn:aws:kms:eu-central-1:" + account + ":key/1234abcd-12ab-34cd-56ef-1234567890ab",
		},
	})
}

// elsewhere is the stack prod in another partition, where every ARN is another.
func elsewhere(t *testing.T) preview.StackInput {
	t.Helper()
	return varied(t, "elsewhere", map[string]any{
		"aws.region":                       "us-gov-west-1",
		"cluster.adminPrincipalArns":       []any{"arn:aws-us-gov:iam::" + account + ":role/one", "arn:aws-us-gov:iam::" + account + ":role/two"},
		"cluster.viewerPrincipalArns":      []any{"arn:aws-us-gov:iam::" + account + ":role/three"},
		"cluster.zones":                    []any{"us-gov-west-1a", "us-gov-west-1b"},
		"nodeGroups.gpu.zone":              "us-gov-west-1a",
		"nodeGroups.spot.zone":             "us-gov-west-1a",
		"monitoring.alerting.sns.topicArn": "arn:aws-us-gov:sns:us-gov-west-1:" + account + ":mlops-alerts",
		"cost.budgets":                     map[string]any{},
		"metadataStore.caCertificate":      spec.AuthorityOf("us-west-2"),
	})
}

// varied is the stack prod with other settings, by their paths.
func varied(t *testing.T, name string, changes map[string]any) preview.StackInput {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	var file map[string]any
	require.NoError(t, yaml.Unmarshal(text, &file))
	for path, value := range changes {
		fields := file["config"].(map[string]any)["mlops:platform"].(map[string]any)
		keys := strings.Split(path, ".")
		for _, key := range keys[:len(keys)-1] {
			fields = fields[key].(map[string]any)
		}
		fields[keys[len(keys)-1]] = value
	}
	changed, err := yaml.Marshal(file)
	require.NoError(t, err)
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi."+name+".yaml"), changed, 0o600))
	read, err := preview.ReadStack(root, name)
	require.NoError(t, err)
	return read
}

// altered has the engine show every registration of a preview to alter first.
func altered(alter func(*pulumi.ResourceTransformArgs)) func(*engine.Job) {
	return func(job *engine.Job) {
		program := job.Program
		job.Program = func(ctx *pulumi.Context) error {
			err := ctx.RegisterResourceTransform(func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
				alter(args)
				return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
			})
			if err != nil {
				return err
			}
			return program(ctx)
		}
	}
}
