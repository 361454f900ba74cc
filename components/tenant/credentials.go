package tenant

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	credentialsVolume = "credentials"
	// credentialsHash on a pod changes with the Secret: containers read their
	// environment only once, when they start.
	credentialsHash = "mlops.io/credentials-hash"
	// readableByGroup lets the user of the containers read the files, and nobody
	// write them.
	readableByGroup = 0o440
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
		// Maps are written in the order of their keys.
		text, err := json.Marshal(values)
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:8]), err
	}).(pulumi.StringOutput)
}

func (c credentials) name() pulumi.StringPtrOutput { return c.secret.Metadata.Name() }

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
		list = append(list, corev1.EnvVarArgs{
			Name: pulumi.String(key),
			ValueFrom: corev1.EnvVarSourceArgs{
				SecretKeyRef: corev1.SecretKeySelectorArgs{Name: c.name(), Key: pulumi.String(key)},
			},
		})
	}
	return list
}

func (c credentials) mounts() corev1.VolumeMountArray {
	if len(c.files) == 0 {
		return nil
	}
	return corev1.VolumeMountArray{corev1.VolumeMountArgs{
		Name: pulumi.String(credentialsVolume), MountPath: pulumi.String(CredentialsPath), ReadOnly: pulumi.Bool(true),
	}}
}

func (c credentials) volumes() corev1.VolumeArray {
	if len(c.files) == 0 {
		return nil
	}
	var items corev1.KeyToPathArray
	for _, file := range c.files {
		items = append(items, corev1.KeyToPathArgs{Key: pulumi.String(file), Path: pulumi.String(file)})
	}
	return corev1.VolumeArray{corev1.VolumeArgs{
		Name: pulumi.String(credentialsVolume),
		Secret: corev1.SecretVolumeSourceArgs{
			SecretName: c.name(), DefaultMode: pulumi.Int(readableByGroup), Items: items,
		},
	}}
}
