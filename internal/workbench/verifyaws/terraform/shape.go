package terraform

import (
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

// kind says how a value is written.
type kind int

const (
	scalar  kind = iota
	list         // of elements; sets are written alike
	mapping      // free keys to elements
	object       // known fields
)

// shape is what the provider's schema says about one value.
type shape struct {
	kind kind
	// scalarType is cty.String, cty.Number or cty.Bool.
	scalarType cty.Type
	// element is that of a list or mapping.
	element *shape
	// fields are those of an object, by their names in Terraform.
	fields map[string]*shape
	// single is a block that may appear once at most: an object in Pulumi.
	single bool
	// block is a block type, which cannot be given by an expression.
	block bool
	// ordered tells a list from a set, whose elements have no address.
	ordered bool
	// whole is an object that must have every field, null or not.
	whole bool
	// input can be set, computed is decided by the provider when it is not.
	input, computed bool
}

func blockShape(block *tfjson.SchemaBlock) *shape {
	s := &shape{kind: object, block: true, input: true, fields: map[string]*shape{}}
	for name, attribute := range block.Attributes {
		s.fields[name] = attributeShape(attribute)
	}
	for name, nested := range block.NestedBlocks {
		s.fields[name] = nestedShape(nested)
	}
	return s
}

func nestedShape(nested *tfjson.SchemaBlockType) *shape {
	inner := blockShape(nested.Block)
	switch nested.NestingMode {
	case tfjson.SchemaNestingModeSingle, tfjson.SchemaNestingModeGroup:
		return inner
	case tfjson.SchemaNestingModeMap:
		return &shape{kind: mapping, element: inner, block: true, input: true}
	default:
		return &shape{
			kind: list, element: inner, block: true, input: true, single: nested.MaxItems == 1,
			ordered: nested.NestingMode == tfjson.SchemaNestingModeList,
		}
	}
}

func attributeShape(attribute *tfjson.SchemaAttribute) *shape {
	var s *shape
	if nested := attribute.AttributeNestedType; nested != nil {
		s = nestedTypeShape(nested)
	} else {
		s = typeShape(attribute.AttributeType)
	}
	s.input, s.computed = attribute.Required || attribute.Optional, attribute.Computed
	return s
}

func nestedTypeShape(nested *tfjson.SchemaNestedAttributeType) *shape {
	inner := &shape{kind: object, fields: map[string]*shape{}}
	for name, attribute := range nested.Attributes {
		inner.fields[name] = attributeShape(attribute)
	}
	switch nested.NestingMode {
	case tfjson.SchemaNestingModeSingle:
		return inner
	case tfjson.SchemaNestingModeMap:
		return &shape{kind: mapping, element: inner}
	default:
		return &shape{
			kind: list, element: inner, single: nested.MaxItems == 1,
			ordered: nested.NestingMode == tfjson.SchemaNestingModeList,
		}
	}
}

func typeShape(t cty.Type) *shape {
	switch {
	case t.IsListType(), t.IsSetType():
		return &shape{kind: list, element: typeShape(t.ElementType()), ordered: t.IsListType()}
	case t.IsMapType():
		return &shape{kind: mapping, element: typeShape(t.ElementType())}
	case t.IsObjectType():
		s := &shape{kind: object, whole: true, fields: map[string]*shape{}}
		for name, inner := range t.AttributeTypes() {
			s.fields[name] = typeShape(inner)
			s.fields[name].input, s.fields[name].computed = true, true
		}
		return s
	default:
		return &shape{kind: scalar, scalarType: t}
	}
}
