package tenant

import (
	"fmt"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/pods"
)

const (
	credentialsVolume = "credentials"
	// credentialsHash on a pod changes with the Secret: containers read their
	// environment only once, when they start.
	credentialsHash = "mlops.io/credentials-hash"
)

// credentials are what the pods of a tenant log in with. The zero value is none.
type credentials struct {
	secret *corev1.Secret
	hash   pulumi.StringOutput
	// env and files are keys of the Secret, sorted.
	env, files []string
}

// createCredentials keeps everything in one Secret. Keys are named one by one
// where they are used, so that no file becomes a variable.
func (b *builder) createCredentials() (credentials, error) {
	in := b.in.Credentials
	if in == nil || len(in.Env)+len(in.Files) == 0 {
		return credentials{}, nil
	}
	data := maps.Clone(in.Env)
	if data == nil {
		data = pulumi.StringMap{}
	}
	maps.Copy(data, in.Files)
	values := pulumi.ToSecret(data).(pulumi.StringMapOutput)
	secret, err := corev1.NewSecret(b.ctx, b.name+"-credentials", &corev1.SecretArgs{
		Metadata:   b.meta(CredentialsName, "access"),
		StringData: values,
	}, b.inside()...)
	if err != nil {
		return credentials{}, fmt.Errorf("creating the credentials: %w", err)
	}
	return credentials{
		secret: secret, hash: hashOf(values),
		env: slices.Sorted(maps.Keys(in.Env)), files: slices.Sorted(maps.Keys(in.Files)),
	}, nil
}

// hashOf returns a short text that changes with the values. It is as secret as
// they are: a weak one could be guessed from it.
func hashOf(values pulumi.StringMapOutput) pulumi.StringOutput {
	return values.ApplyT(func(values map[string]string) (string, error) {
		return credential.Digest(values)
	}).(pulumi.StringOutput)
}

func (c credentials) name() pulumi.StringOutput { return c.secret.Metadata.Name().Elem() }

// annotate makes pods restart when a credential changes.
func (c credentials) annotate(annotations pulumi.StringMap) pulumi.StringMap {
	if c.secret != nil {
		annotations[credentialsHash] = c.hash
	}
	return annotations
}

func (c credentials) variables() corev1.EnvVarArray {
	var list corev1.EnvVarArray
	for _, key := range c.env {
		list = append(list, pods.FromSecret(key, c.name(), key))
	}
	return list
}

func (c credentials) mounts() corev1.VolumeMountArray {
	if len(c.files) == 0 {
		return nil
	}
	return corev1.VolumeMountArray{pods.MountReadOnly(credentialsVolume, CredentialsPath)}
}

func (c credentials) volumes() corev1.VolumeArray {
	if len(c.files) == 0 {
		return nil
	}
	files := make([][2]string, len(c.files))
	for i, file := range c.files {
		files[i] = [2]string{file, file}
	}
	return corev1.VolumeArray{pods.Files(credentialsVolume, c.name(), files...)}
}
