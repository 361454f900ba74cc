// Package spec holds what a stack file says of load balancers as plain values. It
// knows nothing of Pulumi.
package spec

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// MaxAllowedCIDRs is the most rules that AWS lets a security group have by
// default. Each range is one rule, because load balancers listen on one port.
const MaxAllowedCIDRs = 60

// LoadBalancers are the load balancers of Ingresses: where they are reached, and by whom.
type LoadBalancers struct {
	// InternetFacing gives load balancers public addresses; needs `allowedCidrs`. Without it they have addresses of the
	// VPC alone, for callers in it and in networks that are connected to it.
	InternetFacing bool `json:"internetFacing" pulumi:"internetFacing"`
	// AllowedCIDRs are the ranges of the callers, `0.0.0.0/0` for the whole internet. Nobody else is let in. Left empty,
	// which only internal load balancers may, it is the range of the VPC.
	AllowedCIDRs []string `json:"allowedCidrs" pulumi:"allowedCidrs" example:"203.0.113.0/24"`
}

// Check reports ranges that cannot be, stand there twice or are too many, and
// load balancers on the internet that do not say for whom.
func (l LoadBalancers) Check(path *field.Path) field.ErrorList {
	ranges := path.Child("allowedCidrs")
	list := validation.Unique(ranges, l.AllowedCIDRs)
	if l.InternetFacing && len(l.AllowedCIDRs) == 0 {
		list = append(list, field.Required(ranges, "internetFacing needs the ranges of the callers; 0.0.0.0/0 is the whole internet"))
	}
	if have := len(l.AllowedCIDRs); have > MaxAllowedCIDRs {
		list = append(list, field.TooMany(ranges, have, MaxAllowedCIDRs))
	}
	for i, cidr := range l.AllowedCIDRs {
		_, wrong := awsenv.ParseCIDR(ranges.Index(i), cidr)
		list = append(list, wrong...)
	}
	return list
}
