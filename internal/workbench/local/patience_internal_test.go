package local

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPatienceTellsOnceAndEndsWhenAnImageIsMissing(t *testing.T) {
	t.Parallel()
	model := waiting{workload: "deployment tenant-a/inference", reason: "no model"}
	image := waiting{workload: "deployment tenant-b/inference", reason: "ErrImageNeverPull", image: true}
	begin := time.Now()
	p := &patience{}
	for _, moment := range []struct {
		after time.Duration
		seen  []waiting
		news  []waiting
		fails string
	}{
		{after: 0, seen: []waiting{model}},
		{after: 20 * time.Second, seen: []waiting{model, image}},
		{after: 30 * time.Second, seen: []waiting{model, image}, news: []waiting{model}},
		{after: 50 * time.Second, seen: []waiting{model, image}, news: []waiting{image}},
		{after: 60 * time.Second, seen: []waiting{model, image}, fails: "deployment tenant-b/inference: ErrImageNeverPull: its image is not there"},
		{after: 61 * time.Second},
		{after: 62 * time.Second, seen: []waiting{model, image}},
		{after: 92 * time.Second, seen: []waiting{model, image}, news: []waiting{model, image}},
	} {
		news, err := p.look(begin.Add(moment.after), moment.seen)
		assert.Equal(t, moment.news, news, "after %s", moment.after)
		if moment.fails == "" {
			assert.NoError(t, err, "after %s", moment.after)
			continue
		}
		assert.EqualError(t, err, moment.fails)
		assert.ErrorIs(t, err, errImageMissing)
	}
}
