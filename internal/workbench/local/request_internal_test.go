package local

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatARequestSays(t *testing.T) {
	t.Parallel()
	const refused = "error: dial tcp 172.20.0.9:80: connect: connection refused"
	const both = "A pod of a asks http://inference.a.svc.cluster.local/ready\n  a answers: {}\n" +
		"A pod of a asks http://inference.b.svc.cluster.local/ready\n  b "
	for name, c := range map[string]struct {
		lines     []string
		out, fail string
	}{
		"kept apart": {
			[]string{"{} ", refused + " "}, both + "does not answer: dial tcp 172.20.0.9:80: connect: connection refused\n" +
				"The NetworkPolicies of both let a pod reach its own tenant only: docs/architecture.md\n", "",
		},
		"open": {[]string{"{} ", "{} "}, both + "answers: {}\n", "a was answered by b: no NetworkPolicy keeps them apart"},
		"nothing works": {
			[]string{refused, refused},
			"A pod of a asks http://inference.a.svc.cluster.local/ready\n  a does not answer: dial tcp 172.20.0.9:80: connect: connection refused\n" +
				"A pod of a asks http://inference.b.svc.cluster.local/ready\n  b does not answer: dial tcp 172.20.0.9:80: connect: connection refused\n",
			"a does not reach its own service: this says nothing about b",
		},
		"no program": {[]string{"not found"}, "", `the pod in a has seen ["not found"], not two answers`},
	} {
		var out bytes.Buffer
		err := evaluate(&out, "a", "b", c.lines)
		assert.Equal(t, c.out, out.String(), name)
		if c.fail == "" {
			require.NoError(t, err, name)
		} else {
			require.EqualError(t, err, c.fail, name)
		}
	}
}

// TestNothingToAsk is about verbs that need a platform with containers.
func TestNothingToAsk(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "none")
	const noPlatform = "no embedded platform is running; `mlops up --embedded` starts one"
	require.EqualError(t, Request(t.Context(), folder, "a", "b", &bytes.Buffer{}), noPlatform)
	require.EqualError(t, Load(t.Context(), folder, checkout, LoadOptions{Tenant: "a", Duration: time.Minute}), noPlatform)
	require.EqualError(t, Load(t.Context(), folder, checkout, LoadOptions{Tenant: "a", Rate: -1}),
		"--rate -1, --duration 0s: must not be negative, and there must be a duration")
	require.EqualError(t, checkKnown([]string{"a", "b"}, []string{"a", "c"}), `there is no tenant "c"; there is a, b`)

	instance, err := Open(t.TempDir())
	require.NoError(t, err)
	held, err := os.Create(instance.path(lockFile))
	require.NoError(t, err)
	require.NoError(t, flock(held)) // a supervisor lives
	t.Cleanup(func() { _ = held.Close() })
	require.NoError(t, instance.write(record{Nodes: NodesSimulated}))
	require.EqualError(t, Request(t.Context(), instance.folder, "a", "b", &bytes.Buffer{}),
		"no container runs on simulated nodes, so nothing answers; `mlops up --embedded --nodes real` has real ones")
}
