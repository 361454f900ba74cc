package guard

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// FromRegistration returns the resource that a registration request describes.
// Tests pass MockResourceArgs.RegisterRPC: it keeps the unknown values that a
// mock's own inputs lack, and says where each input comes from.
func FromRegistration(request *pulumirpc.RegisterResourceRequest) (Resource, error) {
	inputs, err := plugin.UnmarshalProperties(request.GetObject(), plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true,
	})
	if err != nil {
		return Resource{}, fmt.Errorf("reading the inputs of %s %q: %w", request.GetType(), request.GetName(), err)
	}
	r := NewResource(request.GetType(), request.GetName(), inputs)
	r.Custom, r.Provider = request.GetCustom(), request.GetProvider()
	r.Protect, r.RetainOnDelete = request.GetProtect(), request.GetRetainOnDelete()
	r.Parent = request.GetParent()
	r.URN = childURN(r.Parent, r.Type, r.Name)
	r.References = map[string][]string{}
	for input, dependencies := range request.GetPropertyDependencies() {
		if urns := dependencies.GetUrns(); len(urns) > 0 {
			r.References[input] = slices.Sorted(slices.Values(urns))
		}
	}
	return r, nil
}
