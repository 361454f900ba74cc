package minio_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/stores"
)

func TestRealServerKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.MinIO(valid.Neighbours()...))
	l := start(t, record, t.TempDir())
	t.Cleanup(l.stop)
	l.run(t, record, "store-buckets")
	for _, tenant := range valid.Neighbours() {
		l.run(t, record, "account-"+tenant+"-job")
		output, err := l.tenant(t, tenant, "pipe", "store/raw/tenants/"+tenant+"/data")
		require.NoError(t, err, output)
	}

	for _, step := range []struct {
		name string
		args []string
	}{
		{"reads its object", []string{"cat", "store/raw/tenants/fraud/data"}},
		{"lists its prefix", []string{"ls", "store/raw/tenants/fraud/"}},
		{"writes to another bucket", []string{"pipe", "store/models/tenants/fraud/model"}},
		{"deletes its object", []string{"rm", "store/models/tenants/fraud/model"}},
	} {
		output, err := l.tenant(t, "fraud", step.args...)
		assert.NoError(t, err, "a tenant %s: %s", step.name, output)
	}
	for name, args := range map[string][]string{
		"reads its neighbour":             {"cat", "store/raw/tenants/fraud-eu/data"},
		"lists its neighbour":             {"ls", "store/raw/tenants/fraud-eu/"},
		"lists by the beginning of names": {"ls", "store/raw/tenants/fraud"},
		"lists the bucket":                {"ls", "store/raw/"},
		"writes to its neighbour":         {"pipe", "store/raw/tenants/fraud-eu/data"},
		"deletes from its neighbour":      {"rm", "store/raw/tenants/fraud-eu/data"},
		"writes outside of all prefixes":  {"pipe", "store/raw/data"},
		"makes a bucket":                  {"mb", "store/mine"},
		"opens a bucket to everybody":     {"anonymous", "set", "public", "store/raw"},
		"stops versioning":                {"version", "suspend", "store/raw"},
		"erases versions":                 {"rm", "--recursive", "--force", "--versions", "store/raw/tenants/fraud/"},
		"makes another key":               {"admin", "user", "svcacct", "add", "store", "tenant-fraud"},
		"makes a user":                    {"admin", "user", "add", "store", "intruder", "intruder-secret"},
		"reads the users":                 {"admin", "user", "ls", "store"},
	} {
		output, err := l.tenant(t, "fraud", args...)
		assert.Error(t, err, "a tenant %s: %s", name, output)
		assert.Regexp(t, `(?i)denied|not allowed|Unable to|Insufficient permissions`, output, name)
	}
	output, err := l.tenant(t, "fraud-eu", "cat", "store/raw/tenants/fraud-eu/data")
	require.NoError(t, err, output)
	assert.Equal(t, "content", output, "the neighbour's object is as it was")
}

func TestRealProvisioningIsIdempotent(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.MinIO("fraud"))
	l := start(t, record, t.TempDir())
	t.Cleanup(l.stop)
	jobs := []string{"store-buckets", "account-fraud-job"}
	for _, job := range jobs {
		l.run(t, record, job)
	}
	before := l.settings(t)
	for _, job := range jobs {
		l.run(t, record, job)
	}
	assert.Equal(t, before, l.settings(t))
	for _, bucket := range minio.DefaultBuckets() {
		assert.Equal(t, map[string]any{"Rules": []any{
			map[string]any{
				"ID": "remove-expired-delete-markers", "Status": "Enabled", "Expiration": map[string]any{"ExpiredObjectDeleteMarker": true},
			},
			map[string]any{
				"ID": "expire-noncurrent-versions", "Status": "Enabled", "NoncurrentVersionExpiration": map[string]any{"NoncurrentDays": 30.0},
			},
		}}, before[bucket+" lifecycle"])
		assert.Contains(t, before[bucket+" versioning"], "versioning is enabled")
		assert.Contains(t, before[bucket+" anonymous"], "is `private`")
	}
	assert.Contains(t, before["user"], "policyName")
}

// settings is all that provisioning decides about, in a form that does not
// depend on the order in which the server gives sets.
func (l *live) settings(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{"user": decode(t, l.root(t, "--json", "admin", "user", "info", "store", "tenant-fraud"))}
	for _, bucket := range minio.DefaultBuckets() {
		all[bucket+" lifecycle"] = decode(t, l.root(t, "ilm", "rule", "export", "store/"+bucket))
		all[bucket+" versioning"] = l.root(t, "version", "info", "store/"+bucket)
		all[bucket+" anonymous"] = l.root(t, "anonymous", "get", "store/"+bucket)
	}
	policy, _ := decode(t, l.root(t, "--json", "admin", "policy", "info", "store", "tenant-fraud")).(map[string]any)
	info, _ := policy["policyInfo"].(map[string]any)
	require.NotEmpty(t, info["Policy"])
	all["policy"] = info["Policy"]
	return all
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal([]byte(text), &value), text)
	return sorted(value)
}

// sorted puts every list in a fixed order.
func sorted(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = sorted(v[key])
		}
	case []any:
		for i := range v {
			v[i] = sorted(v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return value
}

// A rotation replaces the Secrets. A second run has made up other values, which
// is what the engine then writes.
func TestRealRotation(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := harness.Run(t, valid.MinIO("fraud"))
	l := start(t, first, folder)
	l.run(t, first, "store-buckets")
	l.run(t, first, "account-fraud-job")
	output, err := l.tenant(t, "fraud", "pipe", "store/raw/tenants/fraud/data")
	require.NoError(t, err, output)
	l.stop()

	second := harness.Run(t, valid.MinIO("fraud"))
	rotated := start(t, second, folder)
	t.Cleanup(rotated.stop)
	rotated.run(t, second, "store-buckets")
	rotated.record = first
	output, err = rotated.tenant(t, "fraud", "cat", "store/raw/tenants/fraud/data")
	require.NoError(t, err, "a new root password leaves the tenants alone: %s", output)

	rotated.run(t, second, "account-fraud-job")
	_, err = rotated.tenant(t, "fraud", "cat", "store/raw/tenants/fraud/data")
	require.Error(t, err, "the old key must be refused")
	rotated.record = second
	output, err = rotated.tenant(t, "fraud", "cat", "store/raw/tenants/fraud/data")
	require.NoError(t, err, output)
	assert.Equal(t, "content", output)
}

// What docs/local.md says about removing a tenant from the store.
func TestRealRemoval(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.MinIO(valid.Neighbours()...))
	l := start(t, record, t.TempDir())
	t.Cleanup(l.stop)
	l.run(t, record, "store-buckets")
	for _, tenant := range valid.Neighbours() {
		l.run(t, record, "account-"+tenant+"-job")
		for range 2 {
			output, err := l.tenant(t, tenant, "pipe", "store/raw/tenants/"+tenant+"/data")
			require.NoError(t, err, output)
		}
	}
	manual, err := os.ReadFile("../../../../docs/local.md")
	require.NoError(t, err)
	for _, command := range []string{
		"admin user remove store tenant-fraud", "admin policy remove store tenant-fraud",
		"rm --recursive --force --versions store/raw/tenants/fraud/",
	} {
		written := strings.NewReplacer("raw", "$bucket", "tenant-fraud", "tenant-$TENANT", "fraud", "$TENANT").Replace(command)
		assert.Contains(t, strings.ReplaceAll(string(manual), `"`, ""), "mc "+written)
		l.root(t, strings.Fields(command)...)
	}
	_, err = l.tenant(t, "fraud", "ls", "store/raw/tenants/fraud/")
	require.Error(t, err)
	assert.Empty(t, l.root(t, "ls", "--recursive", "--versions", "store/raw/tenants/fraud/"))
	output, err := l.tenant(t, "fraud-eu", "cat", "store/raw/tenants/fraud-eu/data")
	require.NoError(t, err, "the neighbour stays: %s", output)
}

func TestRealServerProvesItsName(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.MinIO())
	l := start(t, record, t.TempDir())
	t.Cleanup(l.stop)
	l.run(t, record, "store-buckets")
	authorities := x509.NewCertPool()
	require.True(t, authorities.AppendCertsFromPEM([]byte(record.SecretData(t, "minio-root")["ca.crt"])))
	for host, want := range map[string]bool{
		"minio.object-store.svc.cluster.local": true, "minio.object-store.svc": true, "minio.object-store": true,
		"minio": true, "localhost": true, "minio.elsewhere.svc.cluster.local": false,
	} {
		client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12},
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, l.address)
			},
		}}
		response, err := client.Get("https://" + host + ":9000/minio/health/ready")
		if !want {
			require.ErrorContains(t, err, "certificate is valid for", host)
			continue
		}
		require.NoError(t, err, host)
		assert.Equal(t, http.StatusOK, response.StatusCode, host)
		require.NoError(t, response.Body.Close())
	}
}
