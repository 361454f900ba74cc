package terraform

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Resource is one resource of a plan in the words of Terraform.
type Resource struct {
	// URN is the resource in Pulumi, Address that in Terraform.
	URN, Address string
	// Type and Name are the two parts of the address.
	Type, Name string
	// Body is the configuration, ready for JSON.
	Body map[string]any
	// Paths maps a path in Body, such as "scaling_config.0.min_size", to the
	// property it comes from, such as "scalingConfig.minSize".
	Paths map[string]string
	// References and Unknowns count the inputs that refer to outputs of other
	// resources, and those of which not even that is known.
	References, Unknowns int
}

// Converter converts the resources of one stack.
type Converter struct {
	schema     *Schema
	namer      *Namer
	exceptions *Exceptions
}

// NewConverter returns a converter that uses the addresses of namer.
func NewConverter(schema *Schema, namer *Namer, exceptions *Exceptions) *Converter {
	return &Converter{schema: schema, namer: namer, exceptions: exceptions}
}

// Convert writes one resource. inputs are plain values as in a guard.Resource,
// with references of the namer in their texts.
func (c *Converter) Convert(urn string, inputs map[string]any) (Resource, []Fault) {
	token := string(resource.URN(urn).Type())
	resourceType, known := Type(token)
	if !known {
		return Resource{}, []Fault{{URN: urn, Path: "type", Rule: "no resource type of the provider is known for " + token}}
	}
	address := c.namer.Address(urn, resourceType)
	_, name, _ := strings.Cut(address, ".")
	w := &writer{urn: urn, resourceType: resourceType, exceptions: c.exceptions, paths: map[string]string{}}
	s := c.schema.shapes[resourceType]
	body, _ := w.object(inputs, s, "", "").(map[string]any)
	if len(w.faults) > 0 {
		return Resource{}, w.faults
	}
	generate(s, resourceType, resource.URN(urn).Name(), body)
	return Resource{
		URN: urn, Address: address, Type: resourceType, Name: name,
		Body: body, Paths: w.paths, References: w.references, Unknowns: w.unknowns,
	}, nil
}

// generate fills in the names that pulumi-aws makes up where a resource was
// given none, so that their length and letters are judged too.
func generate(s *shape, resourceType, pulumiName string, body map[string]any) {
	for _, field := range []string{"name", generated[resourceType]} {
		inner, exists := s.fields[field]
		if _, set := body[field]; !set && exists && inner.input && inner.kind == scalar {
			body[field] = escape(generatedName(resourceType, pulumiName))
		}
	}
}

// generatedName is the Pulumi name and a dash with seven hexadecimal digits, here
// zeros. Where AWS wants lower case or a prefix, pulumi-aws sees to that.
func generatedName(resourceType, pulumiName string) string {
	name := pulumiName + "-0000000"
	switch {
	case resourceType == "aws_kms_alias":
		return "alias/" + name
	case resourceType == "aws_s3_bucket", strings.HasPrefix(resourceType, "aws_db_"):
		return strings.ToLower(name)
	default:
		return name
	}
}
