package toolset

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPackagesAreCounted(t *testing.T) {
	t.Parallel()
	var reports []string
	count := &packageCount{most: 2, report: func(done, most int) { reports = append(reports, fmt.Sprint(done, " of ", most)) }}
	for _, text := range []string{"example.com/a\n", "example.com/b\nexample.com/c\n"} {
		_, err := count.Write([]byte(text))
		assert.NoError(t, err)
	}
	assert.Equal(t, []string{"1 of 2"}, reports, "not at every package")
	assert.Equal(t, 3, count.done)
	assert.Equal(t, "example.com/a\nexample.com/b\nexample.com/c\n", count.String(), "an error ends with it")
}
