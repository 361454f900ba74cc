package minio

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/pods"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// Keys of the Secret of an account.
const (
	accessKey = "accessKey"
	secretKey = "secretKey"
)

// Account is the user of one tenant.
type Account struct {
	pulumi.ResourceState

	// The outputs, as in AccountRef.
	AccessKey pulumi.StringOutput `pulumi:"accessKey"`
	SecretKey pulumi.StringOutput `pulumi:"secretKey"`

	ref    AccountRef
	secret *credential.Secret
	job    *batchv1.Job
}

// NewAccount makes the user of a tenant in a Store, with a policy for its
// prefix alone. The Kubernetes provider is inherited from opts.
func NewAccount(ctx *pulumi.Context, name string, args *AccountArgs, opts ...pulumi.ResourceOption) (*Account, error) {
	if args == nil {
		args = &AccountArgs{}
	}
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("minio account %q: %w", name, err)
	}
	a := &Account{}
	inputs := pulumi.Map{"tenant": pulumi.String(args.Tenant), "endpoint": args.Store.Endpoint}
	if err := ctx.RegisterComponentResourceV2(AccountToken, name, inputs, a, opts...); err != nil {
		return nil, err
	}
	if err := a.create(ctx, name, args); err != nil {
		return nil, fmt.Errorf("minio account %q: %w", name, err)
	}
	return a, contract.Register(ctx, a, a.ref)
}

// Ref returns the credential.
func (a *Account) Ref() AccountRef { return a.ref }

// Ready returns what must exist before the credential works. Depend on these
// and not on the component.
func (a *Account) Ready() []pulumi.Resource { return []pulumi.Resource{a.secret.Resource, a.job} }

func (a *Account) create(ctx *pulumi.Context, name string, in *AccountArgs) (err error) {
	a.secret, err = credential.New(ctx, name+"-secret",
		datastore.AccountMeta(app, in.Store.Namespace, in.Tenant), map[string]string{
			// With a prefix, because MinIO wants at least three characters, and so
			// that no tenant is called like the administrator.
			accessKey: "tenant-" + in.Tenant,
			secretKey: credential.Password(),
		}, options.Child(a)...)
	if err != nil {
		return err
	}
	job := jobOf(a, in.Store.Namespace, in.Store.ClientImage)
	job.Name, job.Tenant, job.Script = "account-"+in.Tenant, in.Tenant, waitScript+accountScript
	job.Env["STORE_ADDRESS"] = in.Store.Endpoint.ApplyT(func(url string) string {
		return strings.TrimPrefix(url, "https://")
	}).(pulumi.StringOutput)
	job.Env["POLICY"] = in.Store.Buckets.ApplyT(func(buckets map[string]string) (string, error) {
		return policy(in.Tenant, slices.Sorted(maps.Values(buckets)))
	}).(pulumi.StringOutput)
	job.Secrets = append(job.Secrets,
		pods.FromSecret("ACCESS_KEY", a.secret.Name(), accessKey),
		pods.FromSecret("SECRET_KEY", a.secret.Name(), secretKey))
	job.Rotation = a.secret.Hash()
	if a.job, err = datastore.Run(ctx, name+"-job", job); err != nil {
		return err
	}
	a.ref = AccountRef{AccessKey: a.secret.Public(accessKey), SecretKey: a.secret.Value(secretKey)}
	return nil
}

// policy admits a tenant to its prefix in every bucket. Deleting an object leaves
// its versions: tenants cannot erase history.
func policy(tenant string, buckets []string) (string, error) {
	var whole, objects []string
	for _, bucket := range buckets {
		whole = append(whole, "arn:aws:s3:::"+bucket)
		objects = append(objects, "arn:aws:s3:::"+bucket+"/"+names.TenantPrefix(tenant)+"*")
	}
	type statement map[string]any
	text, err := json.Marshal(statement{"Version": "2012-10-17", "Statement": []statement{
		{"Sid": "FindBuckets", "Effect": "Allow", "Action": []string{"s3:GetBucketLocation"}, "Resource": whole},
		{
			"Sid": "ListOwnPrefix", "Effect": "Allow", "Resource": whole,
			// Not s3:ListBucketMultipartUploads: MinIO cannot bind it to a prefix.
			"Action":    []string{"s3:ListBucket"},
			"Condition": statement{"StringLike": statement{"s3:prefix": []string{names.TenantPrefix(tenant) + "*"}}},
		},
		{
			"Sid": "UseOwnObjects", "Effect": "Allow", "Resource": objects,
			"Action": []string{
				"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging",
				"s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
			},
		},
		// MinIO takes the right to delete an object for that to delete its versions.
		{"Sid": "KeepVersions", "Effect": "Deny", "Action": []string{"s3:DeleteObjectVersion"}, "Resource": objects},
		// A user may otherwise make keys of its own, which would outlive a rotation.
		{
			"Sid": "NoFurtherKeys", "Effect": "Deny",
			"Action": []string{"admin:CreateServiceAccount", "admin:UpdateServiceAccount"},
		},
	}})
	if err != nil {
		return "", fmt.Errorf("writing policy: %w", err)
	}
	return string(text), nil
}
