package tests

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

const (
	accessKey = "tenant-a"
	secretKey = "not-a-secret-of-anybody"
)

// objects is a real MinIO with a certificate of its own authority, and what a
// pod would have in its environment to reach it.
type objects struct {
	client *s3.Client
	env    []string
}

// minio returns the path of the server that tools/minio pins, which is built at
// the first use. A short run on a machine that cannot build it skips.
func minio(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("minio"); err == nil {
		return path
	}
	command := exec.CommandContext(t.Context(), "go", "tool", "-n", "minio")
	command.Dir = filepath.Join("..", "..", "..", "tools", "minio")
	output, err := command.Output()
	if err != nil && testing.Short() {
		t.Skipf("short: MinIO cannot be built here: %v", err)
	}
	require.NoError(t, err)
	return strings.TrimSpace(string(output))
}

func startStore(t *testing.T) *objects {
	t.Helper()
	server := minio(t)
	folder := t.TempDir()
	certs := filepath.Join(folder, "certs")
	require.NoError(t, os.MkdirAll(certs, 0o700))
	authority := selfSigned(t, certs)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	require.NoError(t, listener.Close())

	command := exec.Command(server, "server", "--quiet", "--address=127.0.0.1:"+port, "--certs-dir="+certs, filepath.Join(folder, "data"))
	command.Env = []string{"HOME=" + folder, "MINIO_ROOT_USER=" + accessKey, "MINIO_ROOT_PASSWORD=" + secretKey, "MINIO_BROWSER=off", "MINIO_UPDATE=off"}
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	endpoint := "https://localhost:" + port
	bundle, err := os.Open(authority)
	require.NoError(t, err)
	defer bundle.Close()
	loaded, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("us-east-1"), config.WithCustomCABundle(bundle),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(accessKey, secretKey, "")), config.WithBaseEndpoint(endpoint))
	require.NoError(t, err)
	o := &objects{
		client: s3.NewFromConfig(loaded, func(options *s3.Options) { options.UsePathStyle = true }),
		env: []string{
			"AWS_ENDPOINT_URL_S3=" + endpoint, "AWS_REGION=us-east-1", "AWS_CA_BUNDLE=" + authority,
			"AWS_ACCESS_KEY_ID=" + accessKey, "AWS_SECRET_ACCESS_KEY=" + secretKey,
			"RAW_URI=s3://raw/tenants/tenant-a", "MODELS_URI=s3://models/tenants/tenant-a",
			"MODEL_URI=s3://models/tenants/tenant-a/sentiment", "TENANT=tenant-a",
		},
	}
	for _, bucket := range []string{"raw", "models"} {
		eventually(t, "MinIO answers", func() bool {
			_, err := o.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket)})
			return err == nil
		})
	}
	return o
}

func (o *objects) put(t *testing.T, bucket, key string, data []byte) {
	t.Helper()
	_, err := o.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: bytes.NewReader(data)})
	require.NoError(t, err)
}

func (o *objects) get(t *testing.T, bucket, key string) []byte {
	t.Helper()
	object, err := o.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	require.NoError(t, err)
	defer object.Body.Close()
	data, err := io.ReadAll(object.Body)
	require.NoError(t, err)
	return data
}

// selfSigned writes a certificate for localhost where MinIO looks for it.
func selfSigned(t *testing.T, folder string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	path := filepath.Join(folder, "public.crt")
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "private.key"),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: private}), 0o600))
	return path
}

// TestTrainsAndServesFromAStore is the life of a tenant's model: none yet, then
// one from the training job, a newer one, and a broken one that is refused.
func TestTrainsAndServesFromAStore(t *testing.T) {
	t.Parallel()
	store := startStore(t)
	s := start(t, append(store.env, "MODEL_REFRESH=200ms", "HOME="+t.TempDir())...)
	eventually(t, "failures are counted", func() bool {
		return strings.Contains(s.metrics(t), `inference_model_load_failures_total{reason="unavailable",tenant="tenant-a"} 1`)
	})
	assert.Equal(t, http.StatusServiceUnavailable, s.status("/ready"))
	assert.Equal(t, http.StatusOK, s.status("/health"))
	// Another one of the tenant's, which need not wait (S4).
	seeded := start(t, append(store.env, "MODEL_REFRESH=200ms", "MODEL_SEED=true", "HOME="+t.TempDir())...)
	eventually(t, "the seed is ready", func() bool { return seeded.status("/ready") == http.StatusOK })
	assert.True(t, strings.HasPrefix(seeded.version(t), "seed-"), seeded.version(t))

	output, err := train(t, store.env, "--data=reviews.csv")
	require.Error(t, err)
	assert.Contains(t, output, "s3://raw/tenants/tenant-a/reviews.csv: not found")
	table, err := io.ReadAll(sentiment.Kind{}.Sample())
	require.NoError(t, err)
	store.put(t, "raw", "tenants/tenant-a/reviews.csv", table)
	output, err = train(t, store.env, "--data=reviews.csv")
	require.NoError(t, err, output)
	assert.Contains(t, output, `"uri":"s3://models/tenants/tenant-a/sentiment"`)

	eventually(t, "ready", func() bool { return s.status("/ready") == http.StatusOK })
	first := s.version(t)
	eventually(t, "the seed gives way", func() bool { return seeded.version(t) == first })
	assert.Contains(t, seeded.metrics(t), `inference_model_seed{tenant="tenant-a"} 0`)
	code, version, err := post(http.DefaultClient, s.url)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, first, version)

	output, err = train(t, store.env, "--data=reviews.csv", "--seed=2", "--output=sentiment")
	require.NoError(t, err, output)
	eventually(t, "the newer model", func() bool { return s.version(t) != first })

	refusesHalfAModel(t, store, s)
	s.signal(t, syscall.SIGTERM)
	s.ends(t)
	// What was published elsewhere below the tenant's prefix keeps a wrong URI from being seeded.
	wrong := start(t, append(store.env, "MODEL_URI=s3://models/tenants/tenant-a/sentimet", "MODEL_SEED=true", "HOME="+t.TempDir())...)
	eventually(t, "no seed", func() bool {
		return strings.Contains(wrong.text(), "sentimet/manifest.json: not found, and no seed, because there are objects in s3://models/tenants/tenant-a")
	})
	assert.Equal(t, http.StatusServiceUnavailable, wrong.status("/ready"))
}

// refusesHalfAModel publishes a model that was cut off, which the service must
// refuse, and then the whole one, which it must take.
func refusesHalfAModel(t *testing.T, store *objects, s *service) {
	t.Helper()
	second := s.version(t)
	output, err := train(t, store.env, "--data=reviews.csv", "--output=broken")
	require.NoError(t, err, output)
	manifest := store.get(t, "models", "tenants/tenant-a/broken/manifest.json")
	var about struct{ File string }
	require.NoError(t, json.Unmarshal(manifest, &about))
	model := store.get(t, "models", "tenants/tenant-a/broken/"+about.File)
	store.put(t, "models", "tenants/tenant-a/sentiment/"+about.File, model[:len(model)-1])
	store.put(t, "models", "tenants/tenant-a/sentiment/manifest.json", manifest)
	eventually(t, "the broken one is refused", func() bool {
		return !strings.Contains(s.metrics(t), `inference_model_load_failures_total{reason="refused",tenant="tenant-a"} 0`)
	})
	assert.Equal(t, second, s.version(t))
	assert.Equal(t, http.StatusOK, s.status("/ready"))
	assert.Contains(t, s.text(), "where the manifest says")

	store.put(t, "models", "tenants/tenant-a/sentiment/"+about.File, model)
	eventually(t, "the whole one is taken", func() bool { return s.version(t) != second })
}
