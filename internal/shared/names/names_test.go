package names_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

func TestShort(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "mlops-dev-raw", names.Short(63, "mlops", "dev", "raw"))
	assert.Equal(t, "ml-ops-dev", names.Short(63, "ML_Ops", "", "dev"))
	assert.Equal(t, "", names.Short(63, "--"))

	long := strings.Repeat("a", 70)
	got := names.Short(63, long, "one")
	assert.Len(t, got, 63)
	assert.NotEqual(t, got, names.Short(63, long, "two"), "long names with a common beginning stay apart")
	assert.Equal(t, got, names.Short(63, long, "one"), "the same parts give the same name")
	assert.Len(t, names.Short(1, long), 8)
}

func FuzzShort(f *testing.F) {
	f.Add(20, "mlops", "dev")
	f.Fuzz(func(t *testing.T, limit int, a, b string) {
		limit = 8 + abs(limit)%120
		got := names.Short(limit, a, b)
		if len(got) > limit {
			t.Fatalf("%q is longer than %d", got, limit)
		}
		if strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Fatalf("%q has a character outside a-z 0-9 -", got)
		}
		if strings.HasPrefix(got, "-") || strings.HasSuffix(got, "-") {
			t.Fatalf("%q begins or ends with a dash", got)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
