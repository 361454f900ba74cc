package e2e_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// store is a client of the object store, on this machine, with the login of a tenant.
func (p platform) store(ctx context.Context, tenant string) (*minio.Client, error) {
	secret, err := p.client.CoreV1().Secrets(tenant).Get(ctx, "credentials", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	value := func(key string) string { return string(secret.Data[key]) }
	return p.storeAs(value("AWS_ENDPOINT_URL_S3"), secret.Data["object-store-ca.crt"], value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"))
}

func (p platform) storeAs(endpoint string, authority []byte, user, password string) (*minio.Client, error) {
	address, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority)
	return minio.New(address.Host, &minio.Options{
		Creds: credentials.NewStaticV4(user, password, ""), Secure: true, Region: "us-east-1",
		Transport: &http.Transport{DialContext: p.inside.DialContext, TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}},
	})
}

// Objects of tenant-a.
const (
	modelFolder  = "tenants/tenant-a/sentiment/"
	modelSummary = modelFolder + "manifest.json"
	dataFolder   = "tenants/tenant-a/"
)

func (p platform) put(t *testing.T, bucket, key string, data []byte) {
	t.Helper()
	store, err := p.store(t.Context(), "tenant-a")
	require.NoError(t, err)
	_, err = store.PutObject(t.Context(), bucket, key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{})
	require.NoError(t, err)
}

// manifest is what tells which model is published; empty when there is none.
func (p platform) manifest(ctx context.Context) (string, error) {
	store, err := p.store(ctx, "tenant-a")
	if err != nil {
		return "", err
	}
	object, err := store.GetObject(ctx, "models", modelSummary, minio.GetObjectOptions{})
	if err != nil {
		return "", err
	}
	defer object.Close()
	text, err := io.ReadAll(object)
	return string(text), err
}

// sample is the table of the image, with a turned label in every row that is asked for.
func sample(t *testing.T, turn func(row int) bool) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "services", "inference", "internal", "sentiment", "sample.csv"))
	require.NoError(t, err)
	turned := strings.NewReplacer(",positive", ",negative", ",negative", ",positive")
	var table strings.Builder
	row := 0
	for line := range strings.Lines(string(text)) {
		if row > 0 && turn(row) {
			line = turned.Replace(line)
		}
		table.WriteString(line)
		row++
	}
	return []byte(table.String())
}

// train has the training job of tenant-a train with other arguments.
func (p platform) train(t *testing.T, name string, args ...string) (succeeded bool, output string) {
	t.Helper()
	return p.job(t, name, append([]string{"train"}, args...)...)
}

// job runs the training job of tenant-a with another command of its image and without a
// second try, and returns whether it succeeded, and what it wrote.
func (p platform) job(t *testing.T, name string, args ...string) (succeeded bool, output string) {
	t.Helper()
	schedule, err := p.client.BatchV1().CronJobs("tenant-a").Get(t.Context(), "training", metav1.GetOptions{})
	require.NoError(t, err)
	jobs, once := p.client.BatchV1().Jobs("tenant-a"), int32(0)
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: schedule.Spec.JobTemplate.Labels},
		Spec:       schedule.Spec.JobTemplate.Spec,
	}
	job.Spec.BackoffLimit, job.Spec.Template.Spec.Containers[0].Args = &once, args
	_, err = jobs.Create(t.Context(), job, metav1.CreateOptions{})
	require.NoError(t, err)
	eventually(t, 2*time.Minute, func() error {
		job, err := jobs.Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range job.Status.Conditions {
			if condition.Status == corev1.ConditionTrue && (condition.Type == batchv1.JobComplete || condition.Type == batchv1.JobFailed) {
				succeeded = condition.Type == batchv1.JobComplete
				return nil
			}
		}
		return fmt.Errorf("the job has not ended: %+v", job.Status)
	})
	pods, err := p.client.CoreV1().Pods("tenant-a").List(t.Context(), metav1.ListOptions{LabelSelector: "job-name=" + name})
	require.NoError(t, err)
	require.Len(t, pods.Items, 1)
	text, err := p.client.CoreV1().Pods("tenant-a").GetLogs(pods.Items[0].Name, &corev1.PodLogOptions{}).DoRaw(t.Context())
	require.NoError(t, err)
	background := metav1.DeletePropagationBackground
	require.NoError(t, jobs.Delete(t.Context(), name, metav1.DeleteOptions{PropagationPolicy: &background}))
	return succeeded, string(text)
}

// eachServer asks a path of every server of tenant-a, one by one.
func (p platform) eachServer(ctx context.Context, path string, look func(text string) error) error {
	servers, err := p.servers(ctx, "tenant-a")
	if err != nil {
		return err
	}
	client := http.Client{Transport: p.inside, Timeout: askLimit}
	for _, pod := range servers {
		response, err := client.Get("http://" + pod.Status.PodIP + ":8080" + path)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(response.Body)
		if err := errors.Join(err, response.Body.Close(), look(string(text))); err != nil {
			return fmt.Errorf("%s: %w", pod.Name, err)
		}
	}
	return nil
}

// allUse says whether every server of tenant-a answers with one version.
func (p platform) allUse(ctx context.Context, version string) error {
	return p.eachServer(ctx, "/", func(text string) error {
		var about struct{ Model struct{ Version string } }
		return errors.Join(json.Unmarshal([]byte(text), &about), equal(version, about.Model.Version))
	})
}

// testTraining trains from a table in the object store: every server takes the model.
func (p platform) testTraining(t *testing.T) {
	seed, err := p.ask("tenant-a")
	require.NoError(t, err)
	p.put(t, "raw", dataFolder+"reviews.csv", sample(t, func(int) bool { return false }))
	var manifest struct{ Version string }
	seen := p.undisturbed(t, func() {
		succeeded, output := p.train(t, "e2e-training", "--data=reviews.csv")
		require.True(t, succeeded, output)
		text, err := p.manifest(t.Context())
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal([]byte(text), &manifest))
		eventually(t, 2*time.Minute, func() error { return p.allUse(t.Context(), manifest.Version) })
	})
	other, err := p.ask("tenant-b")
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{seed.ModelVersion, manifest.Version, other.ModelVersion}, seen.used())
}

// testWorseModel trains from a table with wrong labels, and from one that is none:
// the published model stays.
func (p platform) testWorseModel(t *testing.T) {
	before, err := p.manifest(t.Context())
	require.NoError(t, err)
	for _, table := range []struct {
		name, reason string
		data         []byte
	}{
		{"worse", "nothing was published", sample(t, func(row int) bool { return row%10 == 1 })},
		{"bad", "must be at least 0.700; nothing was published", sample(t, func(row int) bool { return row%4 < 2 })},
		{"broken", `the header is "this is no table": must be "text,label"`, []byte("this is no table\n")},
	} {
		p.put(t, "raw", dataFolder+table.name+".csv", table.data)
		succeeded, output := p.train(t, "e2e-"+table.name, "--data="+table.name+".csv")
		assert.False(t, succeeded, table.name)
		assert.Contains(t, output, table.reason)
		after, err := p.manifest(t.Context())
		require.NoError(t, err)
		assert.Equal(t, before, after, table.name)
	}
}

// testRollback trains once more, and an editor goes back as mlops models does it: every
// server takes the model that was in use before, without a lost request. Nobody who may not
// run commands in the tenant's pods can do that.
func (p platform) testRollback(t *testing.T) {
	inUse := func() string {
		t.Helper()
		text, err := p.manifest(t.Context())
		require.NoError(t, err)
		var manifest struct{ Version string }
		require.NoError(t, json.Unmarshal([]byte(text), &manifest))
		return manifest.Version
	}
	first := inUse()
	succeeded, output := p.train(t, "e2e-second", "--data=reviews.csv", "--seed=2")
	require.True(t, succeeded, output)
	second := inUse()
	eventually(t, 2*time.Minute, func() error { return p.allUse(t.Context(), second) })
	seen := p.undisturbed(t, func() {
		output, err := p.models(t, "customer-analytics", "rollback")
		require.NoError(t, err)
		assert.Contains(t, output, "in use: "+first+" (accuracy 0.")
		eventually(t, 2*time.Minute, func() error { return p.allUse(t.Context(), first) })
	})
	other, err := p.ask("tenant-b")
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{first, second, other.ModelVersion}, seen.used())

	list, err := p.models(t, "customer-analytics", "list")
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^`+second+` .*  not used$`, list)
	assert.Regexp(t, `(?m)^`+first+` .*  in use$`, list)
	_, err = p.models(t, "customer-analytics", "promote", "20200101T000000Z-000000000000")
	assert.ErrorContains(t, err, "mlops: tenant-a: ")
	_, err = p.models(t, "shop-product-managers", "list")
	assert.ErrorContains(t, err, `cannot get resource "pods/exec" in API group "" in the namespace "tenant-a"`)
	_, err = p.models(t, "quality-inspection", "list")
	assert.ErrorContains(t, err, `cannot get resource "deployments" in API group "apps" in the namespace "tenant-a"`)
	assert.Equal(t, first, inUse())
}

// models runs mlops models for tenant-a as somebody of a group. Its error is what the
// command shows.
func (p platform) models(t *testing.T, group string, args ...string) (string, error) {
	t.Helper()
	config := clientcmdapi.NewConfig()
	config.Clusters["e2e"] = &clientcmdapi.Cluster{Server: p.config.Host, CertificateAuthorityData: p.config.CAData}
	config.AuthInfos["e2e"] = &clientcmdapi.AuthInfo{
		ClientCertificateData: p.config.CertData, ClientKeyData: p.config.KeyData,
		Impersonate: "somebody", ImpersonateGroups: []string{group, "system:authenticated"},
	}
	config.Contexts["e2e"] = &clientcmdapi.Context{Cluster: "e2e", AuthInfo: "e2e"}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, clientcmd.WriteToFile(*config, file))
	var shown, wrong bytes.Buffer
	cmd := exec.CommandContext(t.Context(), command, append([]string{"models", "--tenant", "tenant-a", "--kubeconfig", file, "--context", "e2e"}, args...)...)
	cmd.Stdout, cmd.Stderr = &shown, &wrong
	if err := cmd.Run(); err != nil {
		return shown.String(), fmt.Errorf("%w: %s", err, wrong.String())
	}
	return shown.String(), nil
}

// testBrokenModel publishes half a model: every server refuses it and goes on with
// the one it has.
func (p platform) testBrokenModel(t *testing.T) {
	good, err := p.manifest(t.Context())
	require.NoError(t, err)
	var about struct{ Version, File, SHA256 string }
	require.NoError(t, json.Unmarshal([]byte(good), &about))
	digest := strings.Repeat("0", len(about.SHA256))
	broken := strings.NewReplacer(about.SHA256, digest, about.File, "model-"+digest[:12]+".bin").Replace(good)
	p.put(t, "models", modelFolder+"model-"+digest[:12]+".bin", []byte("half a mod"))
	seen := p.undisturbed(t, func() {
		p.put(t, "models", modelSummary, []byte(broken))
		defer p.put(t, "models", modelSummary, []byte(good))
		eventually(t, 2*time.Minute, func() error {
			return p.eachServer(t.Context(), "/metrics", func(text string) error {
				if strings.Contains(text, `inference_model_load_failures_total{reason="refused",tenant="tenant-a"} 0`) {
					return errors.New("it has refused nothing yet")
				}
				return nil
			})
		})
	})
	require.NoError(t, p.allUse(t.Context(), about.Version))
	other, err := p.ask("tenant-b")
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{about.Version, other.ModelVersion}, seen.used())
}
