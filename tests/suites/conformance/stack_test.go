// Package conformance_test proves on a real control plane what the platform
// promises about the Kubernetes objects of every stack.
package conformance_test

import (
	"testing"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// platform is one stack on a control plane of its own.
type platform struct {
	harness.Stack
	*harness.Cluster
}

// TestStacks runs every check for every stack. Each stack has one control plane
// for all of its checks. Those that use up what tenants share, such as quotas and
// GPUs, run one after the other; the rest then run side by side.
//
// Proves I1 and I6 by the real server: pods of a tenant in a priority class that pushes out
// others are refused, and so are objects and disk beyond the quota.
//
// Proves I3 by the real server: pods of a tenant with an image of another repository are refused.
//
// Proves I9 by the real server: viewers of the platform may read everything but Secrets, and
// change nothing.
func TestStacks(t *testing.T) {
	for _, name := range harness.Stacks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack := harness.Load(t, name, nil)
			p := platform{Stack: stack, Cluster: harness.Start(t, localcluster.Options{
				Nodes: harness.Nodes(stack.Settings), Metrics: true, AutoscalerSync: 2 * time.Second, TolerateExtendedResources: true,
			})}
			p.applied(t)
			t.Run("available", func(t *testing.T) { p.available(t) })
			t.Run("isolation", func(t *testing.T) { p.isolation(t) })
			t.Run("images", func(t *testing.T) { t.Parallel(); p.images(t) })
			t.Run("limits", func(t *testing.T) { t.Parallel(); p.limits(t) })
			t.Run("podsecurity", func(t *testing.T) { t.Parallel(); p.podSecurity(t) })
			t.Run("quota", func(t *testing.T) { p.quota(t) })
			t.Run("rbac", func(t *testing.T) { t.Parallel(); p.rbac(t) })
			t.Run("viewers", func(t *testing.T) { t.Parallel(); p.viewers(t) })
			t.Run("scaling", func(t *testing.T) { t.Parallel(); p.scaling(t) })
			t.Run("scheduling", func(t *testing.T) { p.scheduling(t) })
		})
	}
}
