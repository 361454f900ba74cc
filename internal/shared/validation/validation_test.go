package validation_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

func TestToError(t *testing.T) {
	t.Parallel()
	assert.NoError(t, validation.ToError("x", nil))

	one := field.Invalid(field.NewPath("network", "cidr"), "10.0.0.0/33", "must be an IPv4 CIDR")
	two := field.Required(field.NewPath("aws", "region"), "")
	assert.EqualError(t, validation.ToError("", field.ErrorList{one}),
		`network.cidr: Invalid value: "10.0.0.0/33": must be an IPv4 CIDR`)
	assert.EqualError(t, validation.ToError("Pulumi.dev.yaml", field.ErrorList{one, two, one}),
		"2 errors:\n"+
			"  Pulumi.dev.yaml: aws.region: Required value\n"+
			`  Pulumi.dev.yaml: network.cidr: Invalid value: "10.0.0.0/33": must be an IPv4 CIDR`)
}
