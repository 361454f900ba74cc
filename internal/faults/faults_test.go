package faults_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/faults"
)

func TestToError(t *testing.T) {
	t.Parallel()
	assert.NoError(t, faults.ToError("x", nil))

	one := field.Invalid(field.NewPath("network", "cidr"), "10.0.0.0/33", "must be an IPv4 CIDR")
	two := field.Required(field.NewPath("aws", "region"), "")
	assert.EqualError(t, faults.ToError("", field.ErrorList{one}),
		`network.cidr: Invalid value: "10.0.0.0/33": must be an IPv4 CIDR`)
	assert.EqualError(t, faults.ToError("Pulumi.dev.yaml", field.ErrorList{one, two, one}),
		"2 faults:\n"+
			"  Pulumi.dev.yaml: aws.region: Required value\n"+
			`  Pulumi.dev.yaml: network.cidr: Invalid value: "10.0.0.0/33": must be an IPv4 CIDR`)
}
