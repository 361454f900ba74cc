package valid

import (
	"encoding/base64"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/mlops-iac/mlops/tests/pulumitest"
)

// GeneratedSecrets answers like a state that holds what an earlier run has
// generated, whatever this run proposes: each value is "generated", the name of
// the Secret and the key.
func GeneratedSecrets() pulumitest.Option {
	return pulumitest.WithState("kubernetes:core/v1:Secret", func(name string, inputs resource.PropertyMap) resource.PropertyMap {
		data := inputs["data"]
		if !data.IsSecret() || !data.SecretValue().Element.IsObject() {
			return nil
		}
		kept := resource.PropertyMap{}
		for key := range data.SecretValue().Element.ObjectValue() {
			kept[key] = resource.NewProperty(base64.StdEncoding.EncodeToString([]byte("generated " + name + " " + string(key))))
		}
		return resource.PropertyMap{"data": resource.MakeSecret(resource.NewProperty(kept))}
	})
}
