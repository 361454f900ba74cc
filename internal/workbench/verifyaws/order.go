package verifyaws

import (
	"maps"
	"slices"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// order gives every resource what the plan says of its order, of the changes it ignores
// and of what a destroy does with it.
func (t Translation) order() {
	o := newOrder(t)
	for address, r := range t.Resources {
		planned := o.planned[r.URN]
		r.DependsOn, r.Retained = o.before(r.URN), planned.Retained
		for _, property := range planned.IgnoreChanges {
			r.Ignore(property)
		}
		t.Resources[address] = r
	}
}

// order finds the AWS resources that come before another one.
type order struct {
	planned   map[string]engine.Resource
	children  map[string][]string
	addresses map[string]string
}

func newOrder(t Translation) order {
	o := order{planned: map[string]engine.Resource{}, children: map[string][]string{}, addresses: map[string]string{}}
	for _, r := range t.Plan.Resources {
		o.planned[r.URN] = r
		o.children[r.Parent] = append(o.children[r.Parent], r.URN)
	}
	for address, r := range t.Resources {
		o.addresses[r.URN] = address
	}
	return o
}

// before are the addresses of what a resource depends on, sorted. What it depends on
// may be a component, which stands for all that it is made of, or a resource that is
// not on AWS, which stands for what it depends on itself.
func (o order) before(urn string) []string {
	found, seen := map[string]bool{}, map[string]bool{urn: true}
	pending := slices.Clone(o.planned[urn].Dependencies)
	for len(pending) > 0 {
		next := pending[0]
		pending = pending[1:]
		if seen[next] {
			continue
		}
		seen[next] = true
		if address, onAWS := o.addresses[next]; onAWS {
			found[address] = true
			continue
		}
		pending = append(pending, o.planned[next].Dependencies...)
		if !o.planned[next].Custom {
			pending = append(pending, o.children[next]...)
		}
	}
	return slices.Sorted(maps.Keys(found))
}
