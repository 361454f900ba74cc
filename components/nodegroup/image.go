package nodegroup

import "github.com/mlops-iac/mlops/internal/instancetype"

// imageOf returns the image an instance needs.
func imageOf(t instancetype.Type) AMIType {
	switch {
	case t.NVIDIA() && t.ARM():
		return AMIARMNVIDIA
	case t.NVIDIA():
		return AMIX86NVIDIA
	case t.ARM():
		return AMIARM
	default:
		return AMIX86
	}
}

// defaultAMIType falls back to the plainest image; validation then says what is
// wrong with the instance type.
func defaultAMIType(instanceType string) AMIType {
	parsed, ok := instancetype.Parse(instanceType)
	if !ok {
		return AMIX86
	}
	return imageOf(parsed)
}
