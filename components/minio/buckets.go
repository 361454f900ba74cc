package minio

import (
	_ "embed" // scripts
	"encoding/json"
	"fmt"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/internal/pods"
)

var (
	//go:embed wait.sh
	waitScript string
	//go:embed buckets.sh
	bucketsScript string
	//go:embed account.sh
	accountScript string
)

func (s *Store) createBuckets(ctx *pulumi.Context, name string, in *Args) error {
	rules, err := lifecycle(in.NoncurrentVersionDays)
	if err != nil {
		return err
	}
	job := jobOf(s, s.around.Namespace, pulumi.String(in.ClientImage))
	job.Name, job.Script, job.NodeSelector = "buckets", waitScript+bucketsScript, pulumi.ToStringMap(in.NodeSelector)
	job.Env["STORE_ADDRESS"] = s.address()
	job.Env["BUCKETS"] = pulumi.String(strings.Join(in.Buckets, " "))
	job.Env["LIFECYCLE"] = pulumi.String(rules)
	// Before the server is ready the job would only wait.
	s.buckets, err = datastore.Run(ctx, name+"-buckets", job,
		append(s.around.Inside(), pulumi.DependsOn([]pulumi.Resource{s.server, s.root.Resource}))...)
	return err
}

// jobOf is a job with what every script needs.
func jobOf(parent pulumi.Resource, namespace, image pulumi.StringInput) datastore.Job {
	root := pulumi.String(rootSecret)
	return datastore.Job{
		Parent: parent, App: app, Namespace: namespace, Image: image,
		Env: map[string]pulumi.StringInput{
			"MC_CONFIG_DIR": pulumi.String(pods.TmpPath + "/mc"),
			"SSL_CERT_FILE": pulumi.String(datastore.AuthorityPath),
		},
		Secrets: corev1.EnvVarArray{
			pods.FromSecret("ROOT_USER", root, datastore.UserKey),
			pods.FromSecret("ROOT_PASSWORD", root, datastore.PasswordKey),
		},
		Authority: root,
	}
}

// lifecycle lets old versions go, and the markers of deleted objects that have
// no version left. Unfinished uploads MinIO removes by itself after a day.
func lifecycle(noncurrentDays int) (string, error) {
	type rule map[string]any
	text, err := json.Marshal(map[string]any{"Rules": []rule{
		{
			"ID": "expire-noncurrent-versions", "Status": "Enabled", "Filter": rule{"Prefix": ""},
			"NoncurrentVersionExpiration": rule{"NoncurrentDays": noncurrentDays},
		},
		{
			"ID": "remove-expired-delete-markers", "Status": "Enabled", "Filter": rule{"Prefix": ""},
			"Expiration": rule{"ExpiredObjectDeleteMarker": true},
		},
	}})
	if err != nil {
		return "", fmt.Errorf("writing lifecycle rules: %w", err)
	}
	return string(text), nil
}
