package harness

import (
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Account and Region are what mocked ARNs carry.
const (
	Account = "111111111111"
	Region  = "eu-west-1"
)

// S3CIDRs are what a mocked gateway endpoint says of S3.
func S3CIDRs() []string { return []string{"52.218.0.0/17", "3.5.64.0/21"} }

// defaultOutputs gives every custom resource an ARN, a name and the few
// computed strings components read.
func defaultOutputs(token, name string, inputs resource.PropertyMap) resource.PropertyMap {
	service, _, _ := strings.Cut(strings.TrimPrefix(token, "aws:"), "/")
	if !strings.HasPrefix(token, "aws:") {
		return resource.PropertyMap{}
	}
	outputs := resource.PropertyMap{
		"arn": resource.NewStringProperty("arn:aws:" + service + ":" + Region + ":" + Account + ":" + name),
	}
	if _, given := inputs["name"]; !given {
		outputs["name"] = resource.NewStringProperty(name)
	}
	if kind, given := inputs["vpcEndpointType"]; given && unwrap(kind).StringValue() == "Gateway" {
		outputs["cidrBlocks"] = resource.NewPropertyValue(S3CIDRs())
	}
	return outputs
}

func unwrap(v resource.PropertyValue) resource.PropertyValue {
	for {
		switch {
		case v.IsSecret():
			v = v.SecretValue().Element
		case v.IsOutput() && v.OutputValue().Known:
			v = v.OutputValue().Element
		default:
			return v
		}
	}
}

func child(v resource.PropertyValue, step string) resource.PropertyValue {
	if v.IsObject() {
		return v.ObjectValue()[resource.PropertyKey(step)]
	}
	index, err := strconv.Atoi(step)
	if err != nil || !v.IsArray() || index < 0 || index >= len(v.ArrayValue()) {
		return resource.NewNullProperty()
	}
	return v.ArrayValue()[index]
}

func plain(v resource.PropertyValue) any {
	v = unwrap(v)
	switch {
	case v.IsArray():
		items := make([]any, 0, len(v.ArrayValue()))
		for _, item := range v.ArrayValue() {
			items = append(items, plain(item))
		}
		return items
	case v.IsObject():
		fields := make(map[string]any, len(v.ObjectValue()))
		for key, item := range v.ObjectValue() {
			fields[string(key)] = plain(item)
		}
		return fields
	default:
		return v.V
	}
}
