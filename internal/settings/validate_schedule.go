package settings

import (
	"cmp"
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/offhours"
)

// validateSchedule keeps off-hours away from what must always run: the system
// nodes everywhere, and in a protected stack the nodes of the inference services.
func (g NodeGroup) validateSchedule(c *checker, at *field.Path, protect bool) {
	s := g.Schedule
	if s == nil {
		return
	}
	switch {
	case !s.Enabled:
	case g.Role == RoleSystem:
		c.add(field.Forbidden(at, "a group of role system must stay up: DNS and the cluster's own controllers run there"))
	case g.Role == RoleCPU && protect:
		c.add(field.Forbidden(at, "a group of role cpu must stay up while protect is true: inference runs there"))
	}
	c.add(offhours.Schedule{ScaleDown: s.ScaleDown, ScaleUp: s.ScaleUp, TimeZone: s.TimeZone}.Check(at)...)
	if least := cmp.Or(g.MinSize, g.MaxSize); s.Size < 0 || s.Size >= least {
		c.add(field.Invalid(at.Child("size"), s.Size, fmt.Sprintf("must be >= 0 and less than %d, or nothing is saved", least)))
	}
}
