package engine

import (
	"context"
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

func TestPrivateStackFileReplacesEveryEncryptedValue(t *testing.T) {
	t.Parallel()
	original := `
secretsprovider: awskms://alias/pulumi
encryptedkey: c2VjcmV0
config:
  mlops:platform:
    plain: kept
    alerting:
      slack: {webhookUrl: {secure: v1:abc}}
    list:
      - secure: v1:def
      - {secure: v1:ghi, other: kept}
`
	rendered, err := privateStackFile(context.Background(), []byte(original), "placeholder")
	require.NoError(t, err)
	assert.NotContains(t, string(rendered), "v1:abc")
	assert.NotContains(t, string(rendered), "v1:def")
	assert.NotContains(t, string(rendered), "awskms")
	assert.NotContains(t, string(rendered), "encryptedkey")

	var file struct {
		Salt   string `json:"encryptionsalt"`
		Config struct {
			Platform struct {
				Plain    string
				Alerting struct {
					Slack struct {
						WebhookURL struct{ Secure string } `json:"webhookUrl"`
					}
				}
				List []map[string]string
			} `json:"mlops:platform"`
		}
	}
	require.NoError(t, yaml.Unmarshal(rendered, &file))
	assert.Equal(t, "kept", file.Config.Platform.Plain)
	assert.Equal(t, "v1:ghi", file.Config.Platform.List[1]["secure"], "a map with other keys is no encrypted value")

	salt, err := base64.StdEncoding.DecodeString(strings.Split(file.Salt, ":")[1])
	require.NoError(t, err)
	crypter := config.NewSymmetricCrypterFromPassphrase(passphrase, salt)
	plain, err := crypter.DecryptValue(context.Background(), file.Config.Platform.Alerting.Slack.WebhookURL.Secure)
	require.NoError(t, err)
	assert.Equal(t, "placeholder", plain)
}

func TestPrivateStackFileRefusesWhatIsNotYAML(t *testing.T) {
	t.Parallel()
	_, err := privateStackFile(context.Background(), []byte("config: ["), "")
	assert.ErrorContains(t, err, "reading the stack file")
}

func TestWorkspaceLeavesNothing(t *testing.T) {
	t.Parallel()
	w, err := newWorkspace()
	require.NoError(t, err)
	require.NoError(t, w.write(context.Background(), Job{Project: "p", Stack: "s"}))
	w.close()
	_, err = os.Stat(w.root)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestEnvironmentHidesTheUsersAccounts(t *testing.T) {
	t.Parallel()
	env := environment(&workspace{root: "/x"})
	for _, name := range []string{"AWS_PROFILE", "AWS_SESSION_TOKEN", "PULUMI_ACCESS_TOKEN"} {
		value, set := env[name]
		assert.True(t, set, name)
		assert.Empty(t, value, name)
	}
	assert.Equal(t, os.DevNull, env["KUBECONFIG"])
	assert.Equal(t, os.DevNull, env["AWS_SHARED_CREDENTIALS_FILE"])
}

func TestStripColors(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a b c", stripColors("<{%reset%}>a <{%fg 1%}>b<{%reset%}> c"))
	assert.Equal(t, "plain", stripColors("plain"))
}

func TestCollectorKeepsOneEntryPerResource(t *testing.T) {
	t.Parallel()
	var counted []int
	c := &collector{seen: map[string]int{}, progress: func(n int) { counted = append(counted, n) }}
	step := func(urn, op string) apitype.EngineEvent {
		return apitype.EngineEvent{ResourcePreEvent: &apitype.ResourcePreEvent{Metadata: apitype.StepEventMetadata{
			URN: urn, Type: "a:b:C", Op: apitype.OpType(op), New: &apitype.StepEventStateMetadata{Custom: true},
		}}}
	}
	c.add(step("urn:pulumi:s::p::a:b:C::one", "create-replacement"))
	c.add(step("urn:pulumi:s::p::a:b:C::two", "create"))
	c.add(step("urn:pulumi:s::p::a:b:C::one", "replace"))
	c.add(apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "info", Message: "ignored"}})
	c.add(apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", Message: "<{%fg 1%}>bad\n"}})

	require.Len(t, c.plan.Resources, 2)
	assert.Equal(t, "one", c.plan.Resources[0].Name)
	assert.Equal(t, "replace", c.plan.Resources[0].Op)
	assert.Equal(t, []int{1, 2}, counted)
	assert.Equal(t, []Diagnostic{{Severity: "error", Message: "bad"}}, c.plan.Errors())
}
