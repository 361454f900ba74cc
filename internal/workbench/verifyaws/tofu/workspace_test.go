package tofu_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// open makes a workspace whose OpenTofu is a script; $verb is what it is asked for.
func open(t *testing.T, script string, account tofu.Account) (tofu.Workspace, string) {
	t.Helper()
	folder, program := t.TempDir(), filepath.Join(t.TempDir(), "tofu")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\nverb=$1\n"+script), 0o700))
	w, err := tofu.Open(t.Context(), toolset.AWS{Tofu: program, Provider: "/provider", ProviderVersion: "5.0.0"}, folder, "eu-west-1", account)
	require.NoError(t, err)
	return w, folder
}

func emulated() tofu.Account {
	return tofu.Account{Endpoint: "http://127.0.0.1:1", Key: "111111111111", Secret: "secret"}
}

func TestOnlyWhatWasWrittenLastIsThere(t *testing.T) {
	t.Parallel()
	w, folder := open(t, "", emulated())
	vpc := terraform.Resource{Type: "aws_vpc", Name: "main", Body: map[string]any{"cidr_block": "10.0.0.0/16"}}
	require.NoError(t, w.Write(map[string]terraform.Resource{"aws_vpc.main": vpc, "aws_eip.nat": {Type: "aws_eip", Name: "nat"}}))
	vpc.DependsOn = []string{"aws_eip.other"}
	require.NoError(t, w.Write(map[string]terraform.Resource{"aws_vpc.main": vpc}))
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(folder, "aws_vpc.main.tf.json"), filepath.Join(folder, tofu.FrameFile)}, files)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	assert.JSONEq(t, `{"resource": {"aws_vpc": {"main": {"cidr_block": "10.0.0.0/16", "depends_on": ["aws_eip.other"]}}}}`, string(text))
}

func TestProviderCallsTheAccountOrNobody(t *testing.T) {
	t.Parallel()
	const (
		checks = `"skip_metadata_api_check": true, "skip_region_validation": true, "region": "eu-west-1"`
		rest   = `"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}}, "resource": {"terraform_data": {"unknown": {}}}`
	)
	w, folder := open(t, `echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN $AWS_ENDPOINT_URL" >caller`, emulated())
	for _, c := range []struct {
		account       tofu.Account
		caller, frame string
	}{
		{emulated(), "111111111111 secret  http://127.0.0.1:1\n", `"s3_use_path_style": true`},
		{tofu.Account{}, "offline offline  \n", `"skip_credentials_validation": true, "skip_requesting_account_id": true`},
		{tofu.Account{Endpoint: "http://127.0.0.1:2", Key: "k", Secret: "s", Token: "t"}, "k s t http://127.0.0.1:2\n", `"s3_use_path_style": true`},
	} {
		as, err := w.As(c.account)
		require.NoError(t, err)
		_, err = as.State(t.Context())
		require.NoError(t, err)
		called, err := os.ReadFile(filepath.Join(folder, "caller"))
		require.NoError(t, err)
		assert.Equal(t, c.caller, string(called))
		frame, err := os.ReadFile(filepath.Join(folder, tofu.FrameFile))
		require.NoError(t, err)
		assert.JSONEq(t, `{"provider": {"aws": {`+c.frame+`, `+checks+`}}, `+rest+`}`, string(frame))
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	w, _ := open(t, `[ "$AWS_ENDPOINT_URL" = http://127.0.0.1:1 ] || exit 3
[ $verb = show ] || exit 0
cat <<'END'
{"format_version": "1.2", "resource_changes": [
  {"address": "aws_vpc.main", "change": {"actions": ["delete", "create"], "replace_paths": [["cidr_block"], ["a", 0, "b"]]}},
  {"address": "aws_subnet.same", "change": {"actions": ["no-op"]}},
  {"address": "aws_eip.old", "change": {"actions": ["delete"]}},
  {"address": "aws_eip.new", "change": {"actions": ["create"]}},
  {"address": "aws_kms_key.data", "change": {"actions": ["update"],
    "before": {"id": "k", "same": [1], "tags": {"a": "b"}}, "after": {"same": [1], "tags": {"a": "c"}}, "after_unknown": {"id": true, "same": [false], "tags": {}}}}
]}
END`, emulated())
	changes, found, err := w.Changes(t.Context())
	require.NoError(t, err)
	assert.Empty(t, found)
	assert.Equal(t, []tofu.Change{
		{Address: "aws_eip.new", Action: tofu.Create},
		{Address: "aws_eip.old", Action: tofu.Delete},
		{Address: "aws_kms_key.data", Action: tofu.Update, Attributes: []string{"id", "tags"}},
		{Address: "aws_vpc.main", Action: tofu.Replace, Causes: []string{`["a",0,"b"]`, `["cidr_block"]`}},
	}, changes)
}

func TestWhatCannotBeMadeIsTold(t *testing.T) {
	t.Parallel()
	w, _ := open(t, `echo '{"type": "version"}'
echo '{"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "'$verb' failed", "detail": "AccessDenied", "address": "aws_vpc.main"}}'
exit 1`, emulated())
	for verb, do := range map[string]func() ([]tofu.Diagnostic, error){
		"apply":   func() ([]tofu.Diagnostic, error) { return w.Apply(t.Context()) },
		"destroy": func() ([]tofu.Diagnostic, error) { return w.Destroy(t.Context()) },
		"plan": func() ([]tofu.Diagnostic, error) {
			changes, found, err := w.Changes(t.Context())
			assert.Empty(t, changes)
			return found, err
		},
	} {
		found, err := do()
		require.NoError(t, err, "the diagnostic tells it")
		require.Len(t, found, 1)
		assert.Equal(t, []string{verb + " failed", "AccessDenied", "aws_vpc.main"}, []string{found[0].Summary, found[0].Detail, found[0].Address})
	}
	w, _ = open(t, "echo no >&2; exit 1", emulated())
	_, err := w.Apply(t.Context())
	assert.EqualError(t, err, "tofu apply: exit status 1\nno")
}

func TestState(t *testing.T) {
	t.Parallel()
	w, _ := open(t, `[ "$1 $2" = "state list" ] && printf 'terraform_data.unknown\naws_vpc.main\naws_eip.nat\n'`, emulated())
	there, err := w.State(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"aws_eip.nat", "aws_vpc.main"}, there)
}

// TestPretend has an OpenTofu whose plan makes two resources while there is no state,
// and nothing once the state is there.
func TestPretend(t *testing.T) {
	t.Parallel()
	w, folder := open(t, `[ $verb = show ] || exit 0
[ -f terraform.tfstate ] && { echo '{"format_version": "1.2"}'; exit 0; }
cat <<'END'
{"format_version": "1.2", "resource_changes": [
  {"address": "terraform_data.unknown", "type": "terraform_data", "name": "unknown", "change": {"actions": ["create"], "after": {}, "after_unknown": {"id": true}}},
  {"address": "aws_db_instance.a", "type": "aws_db_instance", "name": "a", "change": {"actions": ["create"],
   "after": {"engine": "postgres", "password": null}, "after_unknown": {"id": true, "port": true}, "after_sensitive": {"password": true, "tags": {}}}}
]}
END`, tofu.Account{})
	file, err := os.Open(filepath.Join("..", "terraform", "testdata", "schema.json"))
	require.NoError(t, err)
	defer file.Close()
	schema, err := terraform.ReadSchema(file)
	require.NoError(t, err)
	require.NoError(t, w.Pretend(t.Context(), schema))
	text, err := os.ReadFile(filepath.Join(folder, "terraform.tfstate"))
	require.NoError(t, err)
	assert.JSONEq(t, `{"version": 4, "serial": 1, "lineage": "pretended", "resources": [
		{"mode": "managed", "type": "terraform_data", "name": "unknown", "provider": "provider[\"terraform.io/builtin/terraform\"]",
		 "instances": [{"schema_version": 0, "attributes": {"id": "0"}}]},
		{"mode": "managed", "type": "aws_db_instance", "name": "a", "provider": "provider[\"registry.opentofu.org/hashicorp/aws\"]",
		 "instances": [{"schema_version": 2, "attributes": {"engine": "postgres", "password": null, "id": "aws_db_instance.a.id", "port": 0},
		  "sensitive_attributes": [[{"type": "get_attr", "value": "password"}]]}]}]}`, string(text))
}

// settling is an OpenTofu whose plan has changes until the state has the value of the
// configuration.
const settling = `case $verb in
plan) exit 0 ;;
show) if grep -q '"min":2' terraform.tfstate; then echo '{"format_version": "1.2"}'; exit 0; fi
cat <<'END' ;;
{"format_version": "1.2", "resource_changes": [
  {"address": "aws_x.a", "type": "aws_x", "name": "a", "change": {"actions": ["update"],
   "before": {"id": "i-1", "sizes": [{"min": 0, "arn": "arn-1"}], "kept": "k"},
   "after": {"sizes": [{"min": 2}], "kept": "k"},
   "after_unknown": {"id": true, "sizes": [{"arn": true}]}}},
  {"address": "aws_x.b", "type": "aws_x", "name": "b", "change": {"actions": ["no-op"]}}
]}
END
esac`

func TestSettle(t *testing.T) {
	t.Parallel()
	w, folder := open(t, settling, emulated())
	state := filepath.Join(folder, "terraform.tfstate")
	other := `{"type": "aws_x", "name": "b", "instances": [{"attributes": {"id": "i-2"}}]}`
	require.NoError(t, os.WriteFile(state, []byte(`{"serial": 7, "resources": [
		{"type": "aws_x", "name": "a", "instances": [{"attributes": {"id": "i-1", "sizes": [{"min": 0, "arn": "arn-1"}], "kept": "k"}}]}, `+other+`]}`), 0o600))
	corrected, err := w.Settle(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"aws_x.id", "aws_x.sizes"}, corrected)
	text, err := os.ReadFile(state)
	require.NoError(t, err)
	assert.JSONEq(t, `{"serial": 7, "resources": [
		{"type": "aws_x", "name": "a", "instances": [{"attributes": {"id": "i-1", "sizes": [{"min": 2, "arn": "arn-1"}], "kept": "k"}}]}, `+other+`]}`, string(text))

	corrected, err = w.Settle(t.Context())
	require.NoError(t, err)
	assert.Empty(t, corrected, "nothing is left to correct")
}

func TestAStateThatDoesNotSettle(t *testing.T) {
	t.Parallel()
	w, folder := open(t, strings.ReplaceAll(settling, "2' terr", "3' terr"), emulated())
	require.NoError(t, os.WriteFile(filepath.Join(folder, "terraform.tfstate"), []byte(`{"resources": []}`), 0o600))
	_, err := w.Settle(t.Context())
	assert.EqualError(t, err, "the state does not settle")
}
