package terraform

import (
	"fmt"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/guard"
)

// A reference is an address of Terraform between two characters of Unicode's
// private use area. Unlike "${...}" it cannot be mistaken for the variables of
// IAM policies, and it passes through JSON as it is.
const (
	referenceStart = '\uE000'
	referenceEnd   = '\uE001'
)

func reference(address string) string {
	return string(referenceStart) + address + string(referenceEnd)
}

// Namer gives every resource of a plan its address, and calls its outputs after
// it: the id of a VPC becomes a reference to aws_vpc.main.id, so that a subnet
// of the VPC shows that it refers to it. It is safe for concurrent use.
type Namer struct {
	schema *Schema

	mu        sync.Mutex
	addresses map[string]string // by URN
	taken     map[string]bool
}

// NewNamer returns a namer for one stack.
func NewNamer(schema *Schema) *Namer {
	return &Namer{schema: schema, addresses: map[string]string{}, taken: map[string]bool{}}
}

// Address returns the address of a resource in Terraform, such as
// "aws_vpc.main". Resources that have a type and a name in common, which Pulumi
// tells apart by their parents, get a number.
func (n *Namer) Address(urn, resourceType string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if address, known := n.addresses[urn]; known {
		return address
	}
	base := resourceType + "." + localName(resource.URN(urn).Name())
	address := base
	for i := 2; n.taken[address]; i++ {
		address = fmt.Sprintf("%s-%d", base, i)
	}
	n.addresses[urn], n.taken[address] = address, true
	return address
}

// Name implements the naming of outputs for a fake provider. A type that is not known
// gets no names; its resource cannot be converted either, which is told there.
func (n *Namer) Name(urn string, inputs *structpb.Struct) (id string, outputs map[string]any) {
	resourceType, known := Type(string(resource.URN(urn).Type()))
	if !known {
		return "", nil
	}
	address := n.Address(urn, resourceType)
	outputs = n.schema.shapes[resourceType].outputs(resourceType, address, inputs.AsMap())
	return reference(address + ".id"), outputs
}

// outputs names what the provider computes of an object. Texts get references;
// numbers and lists of texts cannot hold one and stay unknown.
func (s *shape) outputs(resourceType, address string, given map[string]any) map[string]any {
	found := map[string]any{}
	for name, inner := range s.fields {
		at := address + "." + name
		for i, key := range pulumiNames(resourceType, name, inner) {
			value, set := given[key]
			if set {
				if named := inner.within(resourceType, at, value); named != nil {
					found[key] = named
				}
				continue
			}
			single := inner.single || i > 0 // the second name is that of one element
			if named := inner.computedOutput(resourceType, at, single); named != nil {
				found[key] = named
			}
		}
	}
	return found
}

// computedOutput names an output that was not given at all.
func (s *shape) computedOutput(resourceType, address string, single bool) any {
	switch {
	case !s.computed:
		return nil
	case s.kind == scalar && s.scalarType.FriendlyName() == "string":
		return reference(address)
	case s.kind == list && s.ordered && s.element.kind == object:
		element := s.element.outputs(resourceType, address+"[0]", nil)
		if single {
			return element
		}
		return []any{element}
	default:
		return nil
	}
}

// within adds the computed fields to a block that was given, such as the
// security group that AWS makes to the network settings of a cluster.
func (s *shape) within(resourceType, address string, given any) any {
	if s.kind != list || !s.ordered || s.element.kind != object {
		return nil
	}
	fields, isObject := given.(map[string]any)
	if !isObject {
		return nil
	}
	merged := s.element.outputs(resourceType, address+"[0]", fields)
	for key, value := range fields {
		if _, named := merged[key]; !named {
			merged[key] = value
		}
	}
	return merged
}

// Merge explains what a plan left unknown by the same plan with named outputs.
// What both know must be the same: names may explain, but not change a plan.
func Merge(seen, named map[string]any) (map[string]any, error) {
	merged, err := merge(seen, named, "")
	if err != nil {
		return nil, err
	}
	return merged.(map[string]any), nil
}

func merge(seen, named any, path string) (any, error) {
	switch seen := seen.(type) {
	case guard.Unknown:
		return named, nil
	case map[string]any:
		if other, ok := named.(map[string]any); ok {
			return mergeMap(seen, other, path)
		}
	case []any:
		if other, ok := named.([]any); ok && len(other) == len(seen) {
			return mergeList(seen, other, path)
		}
	default:
		if !isCollection(named) && seen == named {
			return seen, nil
		}
	}
	return nil, changed(path, seen, named)
}

func isCollection(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	default:
		return false
	}
}

func mergeMap(seen, named map[string]any, path string) (any, error) {
	for key, value := range named {
		if _, set := seen[key]; !set {
			return nil, changed(path+"."+key, nil, value)
		}
	}
	merged := make(map[string]any, len(seen))
	for key, value := range seen {
		explained, err := merge(value, named[key], path+"."+key)
		if err != nil {
			return nil, err
		}
		merged[key] = explained
	}
	return merged, nil
}

func mergeList(seen, named []any, path string) (any, error) {
	merged := make([]any, len(seen))
	for i := range seen {
		explained, err := merge(seen[i], named[i], fmt.Sprintf("%s[%d]", path, i))
		if err != nil {
			return nil, err
		}
		merged[i] = explained
	}
	return merged, nil
}

func changed(path string, seen, named any) error {
	return fmt.Errorf("%s is %v while the outputs of other resources are unknown, and %v once they have names: "+
		"the program must not decide by what a provider computes", strings.TrimPrefix(path, "."), seen, named)
}
