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
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/tool"
)

const toolModule = "../../../tools/minio"

var (
	serverTool = tool.New("minio", toolModule)
	clientTool = tool.New("mc", toolModule)
)

// neighbours are two tenants of which one name begins with the other.
func neighbours() []string { return []string{"fraud", "fraud-eu"} }

// live is a real MinIO that runs what the component registers for its server.
type live struct {
	record  *pulumitest.Recorder
	folder  string
	address string
	stop    func()
}

func program(tenants ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		store, err := minio.New(ctx, "store", nil)
		if err != nil {
			return err
		}
		for _, tenant := range tenants {
			if _, err := minio.NewAccount(ctx, "account-"+tenant, &minio.AccountArgs{Store: store.Ref(), Tenant: tenant}); err != nil {
				return err
			}
		}
		return nil
	}
}

// start runs the server's container on this machine, with its folders and its
// port replaced and nothing else.
func start(t *testing.T, record *pulumitest.Recorder, folder string) *live {
	t.Helper()
	l := &live{record: record, folder: folder, address: "localhost:" + freePort(t)}
	server := record.One(t, statefulSetType, "store-server")
	certs := filepath.Join(folder, "certs")
	record.WriteSecretVolume(t, server, "certs", certs)
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "home"), 0o755))

	container := pulumitest.Container(t, server)
	var args []string
	for _, argument := range container["args"].([]any) {
		args = append(args, strings.NewReplacer(
			"/data", filepath.Join(folder, "data"), "/certs", certs, ":9000", strings.Replace(l.address, "localhost", "127.0.0.1", 1),
		).Replace(argument.(string)))
	}
	command := exec.CommandContext(t.Context(), serverTool.Path(t), args...)
	command.Env = record.Environment(t, server, map[string]string{"HOME": filepath.Join(folder, "home")})
	log, err := os.Create(filepath.Join(folder, "log"))
	require.NoError(t, err)
	command.Stdout, command.Stderr = log, log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	require.NoError(t, command.Start())
	l.stop = func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		_ = log.Close()
	}
	return l
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// run runs the container of a provisioning job. Its path holds the shell, sleep
// and mc, and nothing else, as the script promises.
func (l *live) run(t *testing.T, record *pulumitest.Recorder, name string) string {
	t.Helper()
	job := record.One(t, jobType, name)
	tls := filepath.Join(l.folder, "job-tls")
	record.WriteSecretVolume(t, job, "authority", tls)
	home := t.TempDir()
	container := pulumitest.Container(t, job)
	script := container["command"].([]any)
	require.Equal(t, []any{"/bin/sh", "-c"}, script[:2])
	command := exec.CommandContext(t.Context(), "/bin/sh", "-c", script[2].(string))
	command.Env = record.Environment(t, job, map[string]string{
		"HOME": home, "MC_CONFIG_DIR": filepath.Join(home, "mc"), "SSL_CERT_FILE": filepath.Join(tls, "ca.crt"),
		"STORE_ADDRESS": l.address, "PATH": l.path(t),
	})
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return string(output)
}

func (l *live) path(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	sleep, err := exec.LookPath("sleep")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(sleep, filepath.Join(folder, "sleep")))
	require.NoError(t, os.Symlink(clientTool.Path(t), filepath.Join(folder, "mc")))
	return folder
}

// as runs mc as somebody.
func (l *live) as(t *testing.T, user, password string, args ...string) (string, error) {
	t.Helper()
	home := t.TempDir()
	command := exec.CommandContext(t.Context(), clientTool.Path(t), args...)
	command.Env = []string{
		"HOME=" + home, "MC_CONFIG_DIR=" + home, "SSL_CERT_FILE=" + filepath.Join(l.folder, "certs", "CAs", "ca.crt"),
		fmt.Sprintf("MC_HOST_store=https://%s:%s@%s", user, password, l.address),
	}
	command.Stdin = strings.NewReader("content")
	output, err := command.CombinedOutput()
	return string(output), err
}

func (l *live) tenant(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	secret := l.record.SecretData(t, "account-"+name)
	return l.as(t, secret["accessKey"], secret["secretKey"], args...)
}

func (l *live) root(t *testing.T, args ...string) string {
	t.Helper()
	secret := l.record.SecretData(t, "minio-root")
	output, err := l.as(t, secret["user"], secret["password"], args...)
	require.NoError(t, err, output)
	return output
}

func TestRealServerKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	record := pulumitest.Run(t, program(neighbours()...))
	l := start(t, record, t.TempDir())
	t.Cleanup(l.stop)
	l.run(t, record, "store-buckets")
	for _, tenant := range neighbours() {
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
	record := pulumitest.Run(t, program("fraud"))
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
	first := pulumitest.Run(t, program("fraud"))
	l := start(t, first, folder)
	l.run(t, first, "store-buckets")
	l.run(t, first, "account-fraud-job")
	output, err := l.tenant(t, "fraud", "pipe", "store/raw/tenants/fraud/data")
	require.NoError(t, err, output)
	l.stop()

	second := pulumitest.Run(t, program("fraud"))
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
	record := pulumitest.Run(t, program(neighbours()...))
	l := start(t, record, t.TempDir())
	t.Cleanup(l.stop)
	l.run(t, record, "store-buckets")
	for _, tenant := range neighbours() {
		l.run(t, record, "account-"+tenant+"-job")
		for range 2 {
			output, err := l.tenant(t, tenant, "pipe", "store/raw/tenants/"+tenant+"/data")
			require.NoError(t, err, output)
		}
	}
	manual, err := os.ReadFile("../../../docs/local.md")
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
	record := pulumitest.Run(t, program())
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
