package harness

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// Object returns an object with one key.
func Object(key resource.PropertyKey, value string) resource.PropertyValue {
	return resource.NewProperty(resource.PropertyMap{key: resource.NewProperty(value)})
}

// List returns a list.
func List(items ...resource.PropertyValue) resource.PropertyValue {
	return resource.NewProperty(items)
}

// Tags returns tags with every mandatory key.
func Tags() map[string]string {
	return map[string]string{
		"project": "mlops", "environment": "test", "owner": "ml-platform",
		"cost-center": "ml-001", "managed-by": "pulumi",
	}
}
