package terraform

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
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
	// DependsOn are the addresses of resources that must be there first without a
	// reference to them in Body, IgnoreChanges the paths in Body whose changes are
	// not wanted.
	DependsOn, IgnoreChanges []string
	// Retained says that a destroy forgets it and leaves it in the account. Terraform has
	// no word for that in a resource: who destroys forgets it first.
	Retained bool
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
func (c *Converter) Convert(urn string, inputs map[string]any) (Resource, []InputError) {
	token := string(resource.URN(urn).Type())
	resourceType, known := Type(token)
	if !known {
		return Resource{}, []InputError{{URN: urn, Path: "type", Rule: "no resource type of the provider is known for " + token}}
	}
	address := c.namer.Address(urn, resourceType)
	_, name, _ := strings.Cut(address, ".")
	w := &writer{urn: urn, resourceType: resourceType, exceptions: c.exceptions, paths: map[string]string{}}
	s := c.schema.shapes[resourceType]
	body, _ := w.object(inputs, s, "", "").(map[string]any)
	if len(w.errs) > 0 {
		return Resource{}, w.errs
	}
	generate(s, resourceType, resource.URN(urn).Name(), body)
	w.nameVersion(body)
	return Resource{
		URN: urn, Address: address, Type: resourceType, Name: name,
		Body: body, Paths: w.paths, References: w.references, Unknowns: w.unknowns,
	}, nil
}

// Ignore notes that the changes of a property are not wanted. Of a property that is
// not set there is nothing to note.
func (r *Resource) Ignore(property string) {
	for _, path := range slices.Sorted(maps.Keys(r.Paths)) {
		below, within := strings.CutPrefix(r.Paths[path], property)
		if !within || below != "" && below[0] != '.' && below[0] != '[' {
			continue
		}
		parts := strings.Split(path, ".")
		parts = parts[:len(parts)-len(propertyStep.FindAllString(below, -1))]
		if attribute := attributePath(parts); !slices.Contains(r.IgnoreChanges, attribute) {
			r.IgnoreChanges = append(r.IgnoreChanges, attribute)
		}
	}
}

// propertyStep is one step of a path such as `tags["a.b"]` or "taints[0].key".
var propertyStep = regexp.MustCompile(`\["[^"]*"\]|[^.\[\]]+`)

// attributePath writes the steps of a path as Terraform refers to it: a number is an
// index, and a key that is no name is quoted.
func attributePath(parts []string) string {
	path := parts[0]
	for _, part := range parts[1:] {
		switch _, err := strconv.Atoi(part); {
		case err == nil:
			path += "[" + part + "]"
		case attributeName.MatchString(part):
			path += "." + part
		default:
			path += "[" + strconv.Quote(part) + "]"
		}
	}
	return path
}

var attributeName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// Configuration is Body with the order and what is ignored.
func (r Resource) Configuration() map[string]any {
	configuration := maps.Clone(r.Body)
	if len(r.DependsOn) > 0 {
		configuration["depends_on"] = r.DependsOn
	}
	if len(r.IgnoreChanges) > 0 {
		configuration["lifecycle"] = map[string]any{"ignore_changes": r.IgnoreChanges}
	}
	return configuration
}

// generate fills in the names that pulumi-aws makes up where a resource was
// given none, so that their length and letters are checked too.
func generate(s *shape, resourceType, pulumiName string, body map[string]any) {
	for _, field := range []string{"name", generated[resourceType]} {
		inner, exists := s.fields[field]
		if _, set := body[field]; !set && exists && inner.input && inner.kind == scalar {
			body[field] = escape(generatedName(resourceType, pulumiName))
		}
	}
}

// latestVersion is what node groups take of their launch template beside its id.
const latestVersion = ".latest_version"

// nameVersion says where the version of a node group's launch template comes from: that
// output is a number, and only texts can carry names through a plan.
func (w *writer) nameVersion(body map[string]any) {
	templates, _ := body["launch_template"].([]any)
	for _, one := range templates {
		template, _ := one.(map[string]any)
		id, _ := template["id"].(string)
		if address, named := strings.CutSuffix(id, ".id}"); named && template["version"] == unknownText {
			template["version"] = address + latestVersion + "}"
			w.unknowns--
			w.references++
		}
	}
}

// RandomSuffix stands for the dash and seven hexadecimal digits that pulumi-aws chooses
// at random for a name that was not given.
const RandomSuffix = "-0000000"

// generatedName is the Pulumi name with random digits. Where AWS wants lower case or a prefix, pulumi-aws sees to that.
func generatedName(resourceType, pulumiName string) string {
	name := pulumiName + RandomSuffix
	switch {
	case resourceType == "aws_kms_alias":
		return "alias/" + name
	case resourceType == "aws_s3_bucket", strings.HasPrefix(resourceType, "aws_db_"):
		return strings.ToLower(name)
	default:
		return name
	}
}
