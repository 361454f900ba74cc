// Package credential keeps generated passwords and keys in Kubernetes Secrets.
//
// The program makes a new value on every run, and only the first one counts:
// the engine ignores changes of the data, so the Secret keeps what the first
// run wrote. Everybody therefore reads the outputs of the Secret and never the
// value that was passed in. To rotate, replace the Secret by its URN
// (`pulumi up --replace`): the engine then takes the value of that run.
package credential

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Password returns 26 random characters, A to Z and 2 to 7, which are 130 bits.
// They need no quoting in a shell, a URL or SQL.
func Password() string { return rand.Text() }

// Secret is a Kubernetes Secret with generated data.
type Secret struct {
	// Resource is the Secret itself.
	Resource *corev1.Secret
}

// New makes a Secret of values that may differ on every run. metadata must have
// a name. opts are those of a child of a component.
func New(
	ctx *pulumi.Context, name string, metadata metav1.ObjectMetaArgs, values map[string]string, opts ...pulumi.ResourceOption,
) (*Secret, error) {
	data := make(pulumi.StringMap, len(values))
	for key, value := range values {
		data[key] = pulumi.String(base64.StdEncoding.EncodeToString([]byte(value)))
	}
	// The name is fixed, so a replacement cannot be made beside the old one.
	opts = append(opts, pulumi.IgnoreChanges([]string{"data"}), pulumi.DeleteBeforeReplace(true))
	made, err := corev1.NewSecret(ctx, name, &corev1.SecretArgs{
		Metadata: metadata,
		Type:     pulumi.String("Opaque"),
		Data:     pulumi.ToSecret(data).(pulumi.StringMapOutput),
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("creating secret %s: %w", name, err)
	}
	return &Secret{Resource: made}, nil
}

// Name is the name of the Secret; whatever uses it waits for the Secret.
func (s *Secret) Name() pulumi.StringOutput { return s.Resource.Metadata.Name().Elem() }

// Value is the value under key, a Pulumi secret. A key that is not there is an
// error when the value is used.
func (s *Secret) Value(key string) pulumi.StringOutput {
	value := s.Resource.Data.ApplyT(func(data map[string]string) (string, error) {
		encoded, there := data[key]
		if !there {
			return "", fmt.Errorf("the secret has no %q; replace it to make a new one", key)
		}
		plain, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return "", fmt.Errorf("reading %q of the secret: %w", key, err)
		}
		return string(plain), nil
	})
	return pulumi.ToSecret(value).(pulumi.StringOutput)
}

// Public is Value for what need not be kept secret, such as a certificate.
func (s *Secret) Public(key string) pulumi.StringOutput {
	return pulumi.Unsecret(s.Value(key)).(pulumi.StringOutput)
}

// Hash changes with the data. It is no secret: what it is made of is random, so
// it gives nothing away.
func (s *Secret) Hash() pulumi.StringOutput {
	hash := s.Resource.Data.ApplyT(func(data map[string]string) (string, error) { return Digest(data) })
	return pulumi.Unsecret(hash).(pulumi.StringOutput)
}

// Digest is a short hash of any value that JSON can hold.
func Digest(value any) (string, error) {
	// Maps are written in the order of their keys.
	text, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("hashing: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}
