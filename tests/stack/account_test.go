package stack_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

const awsProviderType = "pulumi:providers:aws"

// harmless are the settings a provider that deploys may have. The others either
// concern where to and as whom, which the test below looks at, or would let it
// work without knowing its account.
func harmless() []resource.PropertyKey {
	return []resource.PropertyKey{"region", "profile", "assumeRole", "skipRegionValidation", "skipCredentialsValidation", "version"}
}

func TestTheAccountIsFixed(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		provider := record.One(t, awsProviderType, "aws")
		assert.Equal(t, []any{parse(t, stack).AWS.AccountID}, provider.Prop("allowedAccountIds"))
		assert.Equal(t, "eu-west-1", provider.Prop("region"))
		assert.Equal(t, false, provider.Prop("skipCredentialsValidation"))
		for key := range provider.Inputs {
			if key != "allowedAccountIds" {
				assert.Contains(t, harmless(), key)
			}
		}
	})
}

// TestNoSettingWidensTheAccount tries what a stack file could say.
func TestNoSettingWidensTheAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path  string
		value any
		want  string
	}{
		"a list":        {"aws.accountId", []any{"111111111111", "222222222222"}, `aws.accountId: Invalid value`},
		"two in one":    {"aws.accountId", "111111111111,222222222222", `aws.accountId: Invalid value: "111111111111,222222222222"`},
		"a pattern":     {"aws.accountId", "*", `aws.accountId: Invalid value: "*"`},
		"nothing":       {"aws.accountId", "", `aws.accountId: Required value`},
		"a second list": {"aws.allowedAccountIds", []any{"222222222222"}, `aws.allowedAccountIds: Forbidden: unknown key`},
		"no check":      {"aws.skipRequestingAccountId", true, `aws.skipRequestingAccountId: Forbidden: unknown key`},
		"an offline up": {"offline", true, `offline: Forbidden: unknown key`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := tree(t, "dev")
			set(t, values, c.path, c.value)
			record, err := build(t, "dev", values, platform.Options{})
			require.ErrorContains(t, err, c.want)
			assert.Empty(t, record.Resources())
		})
	}
}
