package exemption_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/shared/exemption"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"Deployment *", "Deployment a/b", true},
		{"kubernetes:apps/v1:* mlops-*-x", "kubernetes:apps/v1:DaemonSet mlops-dev-x", true},
		{"kubernetes:apps/v1:* mlops-*-x", "kubernetes:apps/v1:DaemonSet mlops-dev-xy", false},
		{"tenant-[ab]", "tenant-b", true},
		{"tenant-?", "tenant-10", false},
		{"a[", "a[", false},
	} {
		assert.Equal(t, c.want, exemption.Match(c.pattern, c.name), "%s and %s", c.pattern, c.name)
	}
}

func TestProblem(t *testing.T) {
	t.Parallel()
	assert.Empty(t, exemption.Problem("a*", "because"))
	assert.Equal(t, "has no reason", exemption.Problem("a", " \n"))
	assert.Equal(t, "names no resource; a rule cannot be switched off as a whole", exemption.Problem("**", "because"))
	assert.Equal(t, "names no resource; a rule cannot be switched off as a whole", exemption.Problem("", "because"))
	assert.Equal(t, "is not a valid glob", exemption.Problem("a[", "because"))
}
