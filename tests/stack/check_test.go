package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// team is a tenant that the dev stack can build, with everything turned on.
func team() tenants.Tenant {
	one := tenants.Default()
	one.Name = "team"
	one.Image = tenants.Image{Repository: "inference", Tag: "1.0.0"}
	one.Ingress.Enabled = true
	one.Training.Enabled = true
	one.Training.Spot = true
	return one
}

// without removes the node groups of a role.
func without(s *settings.Platform, role scheduling.Role) {
	for name, group := range s.NodeGroups {
		if group.Role == role {
			delete(s.NodeGroups, name)
		}
	}
}

// checks are tenants and stacks that fit each other or not, each with its message.
var checks = map[string]struct {
	change func(*settings.Platform, *tenants.Tenant)
	want   string
}{
	"fits": {change: func(*settings.Platform, *tenants.Tenant) {}},
	"unknown tenant chosen": {
		change: func(s *settings.Platform, _ *tenants.Tenant) { s.Tenants.Only = []string{"team", "teem"} },
		want:   `tenants.only[1]: Invalid value: "teem": is no tenant; add tenants/definitions/teem.yaml`,
	},
	"unknown tenant of a repository": {
		change: func(s *settings.Platform, _ *tenants.Tenant) { s.Registry.Repositories[1].Tenants = []string{"x"} },
		want:   `registry.repositories[1].tenants[0]: Invalid value: "x": is no tenant; add tenants/definitions/x.yaml`,
	},
	"image": {
		change: func(_ *settings.Platform, one *tenants.Tenant) { one.Image.Repository = "x" },
		want: `tenants[team].image.repository: Invalid value: "x": ` +
			`is not among registry.repositories of the stack; add it there or name a registry`,
	},
	"image elsewhere": {change: func(_ *settings.Platform, one *tenants.Tenant) { one.Image.Repository = "ghcr.io/org/x" }},
	"training image": {
		change: func(_ *settings.Platform, one *tenants.Tenant) {
			one.Training.Image = tenants.Image{Repository: "x", Tag: "1"}
		},
		want: `tenants[team].training.image.repository: Invalid value: "x": ` +
			`is not among registry.repositories of the stack; add it there or name a registry`,
	},
	"digests": {
		change: func(s *settings.Platform, one *tenants.Tenant) {
			s.Admission.RequireDigests = true
			one.Training.Image = tenants.Image{Repository: one.Image.Repository, Tag: "1", Digest: "sha256:1"}
		},
		want: `2 errors:
  tenants[other].image.digest: Required value: because of admission.requireDigests of the stack
  tenants[team].image.digest: Required value: because of admission.requireDigests of the stack`,
	},
	"ingress without controller": {
		change: func(s *settings.Platform, _ *tenants.Tenant) { s.Addons.LoadBalancerController.Enabled = false },
		want:   "tenants[team].ingress.enabled: Invalid value: true: needs addons.loadBalancerController.enabled in the stack",
	},
	"GPUs without nodes": {
		change: func(s *settings.Platform, one *tenants.Tenant) {
			without(s, scheduling.RoleGPU)
			one.Training.GPUs = 2
		},
		want: "tenants[team].training.gpus: Invalid value: 2: needs a node group of role gpu in the stack",
	},
	"spot without nodes": {
		change: func(s *settings.Platform, _ *tenants.Tenant) { without(s, scheduling.RoleSpot) },
		want:   "tenants[team].training.spot: Invalid value: true: needs a node group of role spot in the stack",
	},
	"GPUs need no spot nodes": {change: func(s *settings.Platform, one *tenants.Tenant) {
		without(s, scheduling.RoleSpot)
		one.Training.GPUs = 1
	}},
	"training on a group that may be empty in several zones": {
		change: func(s *settings.Platform, one *tenants.Tenant) {
			one.Training.Spot = false
			general := s.NodeGroups["cpu"]
			general.MinSize = 0
			s.NodeGroups["cpu"] = general
		},
		want: "tenants[team].training.spot: Invalid value: false: its checkpoints are on a volume of one zone, and nodeGroups[cpu] may be " +
			"without nodes in several: set nodeGroups[cpu].zone, or a minSize",
	},
	"training on a group that may be empty in one zone": {change: func(s *settings.Platform, one *tenants.Tenant) {
		one.Training.Spot = false
		general := s.NodeGroups["cpu"]
		general.MinSize, general.Zone = 0, "eu-west-1a"
		s.NodeGroups["cpu"] = general
	}},
	"training on a group that always has nodes": {change: func(_ *settings.Platform, one *tenants.Tenant) { one.Training.Spot = false }},
	"no training needs no nodes": {change: func(s *settings.Platform, one *tenants.Tenant) {
		without(s, scheduling.RoleSpot)
		one.Training.Enabled = false
	}},
	"a tenant that is not built may not fit": {change: func(s *settings.Platform, one *tenants.Tenant) {
		s.Tenants.Only = []string{"other"}
		one.Image.Repository = "x"
	}},
	"everything at once": {
		change: func(s *settings.Platform, one *tenants.Tenant) {
			s.Tenants.Only = []string{"teem", "team"}
			s.Registry.Repositories[0].Tenants = []string{"x"}
			s.Addons.LoadBalancerController.Enabled = false
			without(s, scheduling.RoleSpot)
			one.Image.Repository = "y"
		},
		want: `5 errors:
  registry.repositories[0].tenants[0]: Invalid value: "x": is no tenant; add tenants/definitions/x.yaml
  tenants.only[0]: Invalid value: "teem": is no tenant; add tenants/definitions/teem.yaml
  tenants[team].image.repository: Invalid value: "y": is not among registry.repositories of the stack; add it there or name a registry
  tenants[team].ingress.enabled: Invalid value: true: needs addons.loadBalancerController.enabled in the stack
  tenants[team].training.spot: Invalid value: true: needs a node group of role spot in the stack`,
	},
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, one, other := parse(t, "dev"), team(), team()
			for i := range stack.Registry.Repositories {
				stack.Registry.Repositories[i].Tenants = []string{"team"}
			}
			other.Name, other.Training.Enabled, other.Ingress.Enabled = "other", false, false
			c.change(&stack, &one)
			err := platform.Check(stack, []tenants.Tenant{one, other})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			assert.EqualError(t, err, c.want)
		})
	}
}
