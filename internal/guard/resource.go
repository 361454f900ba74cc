package guard

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Unknown stands for an input whose value is not decided yet: in a preview,
// whatever a provider computes only when it creates the resource.
type Unknown struct{}

// Resource is one registration as the engine sees it.
type Resource struct {
	// Type is the type token, for example "aws:s3/bucketV2:BucketV2".
	Type string
	// Name is the Pulumi name.
	Name string
	// URN and Parent are URNs; either may be empty when the caller does not know it.
	URN, Parent string
	// Custom is false for component resources.
	Custom bool
	// Protect and RetainOnDelete are the resource options of the same name.
	Protect, RetainOnDelete bool
	// Provider is the provider reference; empty means the default provider.
	Provider string
	// Inputs are plain values: nil, bool, float64, string, []any, map[string]any
	// and Unknown. Secrets are unwrapped.
	Inputs map[string]any
	// Secrets lists the top-level inputs that are, or contain, a secret.
	Secrets []string
	// References maps a top-level input to the URNs of the resources it comes
	// from, where the caller knows them: the engine tells mocks, but not transforms.
	References map[string][]string
}

// NewResource returns a custom resource with inputs as a mock or a provider
// receives them. The caller sets what it knows beyond that.
func NewResource(typeToken, name string, inputs resource.PropertyMap) Resource {
	r := Resource{Type: typeToken, Name: name, Custom: true, Inputs: make(map[string]any, len(inputs))}
	for key, value := range inputs {
		decoded := decoder{}
		plain := decoded.property(value)
		r.add(string(key), plain, decoded.secret)
	}
	slices.Sort(r.Secrets)
	return r
}

func (r *Resource) add(key string, value any, secret bool) {
	if value == nil {
		return
	}
	r.Inputs[key] = value
	if secret {
		r.Secrets = append(r.Secrets, key)
	}
}

// at returns the input at a path of object keys: nil when it is not set, and
// Unknown when it, or something on the way to it, is not decided yet.
func (r Resource) at(path ...string) any {
	var value any = r.Inputs
	for _, step := range path {
		value = child(value, step)
	}
	return value
}

// child returns one field. A block that Terraform models as a list of at most
// one element is looked through, so a rule need not know which shape it has.
func child(value any, key string) any {
	switch v := value.(type) {
	case map[string]any:
		return v[key]
	case []any:
		if len(v) == 1 {
			return child(v[0], key)
		}
	case Unknown:
		return v
	}
	return nil
}

// within says whether the resource belongs to a component of the given type,
// directly or further up.
func (r Resource) within(token string) bool {
	return hasType(r.URN, token) || hasType(r.Parent, token)
}

// hasType says whether token is one of the types in a URN's type chain.
func hasType(urn, token string) bool {
	parts := strings.Split(urn, "::")
	return len(parts) >= 4 && slices.Contains(strings.Split(parts[2], "$"), token)
}

// providerName returns the Pulumi name in a provider reference (URN::id).
func providerName(reference string) string {
	parts := strings.Split(reference, "::")
	if len(parts) < 4 {
		return ""
	}
	return parts[3]
}

// isDefaultProvider knows the names the engine gives default providers:
// "default", or "default_" and a version.
func isDefaultProvider(name string) bool {
	return name == "default" || strings.HasPrefix(name, "default_")
}
