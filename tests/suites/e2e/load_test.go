package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	// drivers send requests one after the other, at the same time.
	drivers = 8
	// lowLoad stands in the place of the five minutes for which load must be low
	// before servers go. Nothing else of the autoscaler is changed.
	lowLoad = 15
)

// work is a long text: computing on it is most of what a request takes. With its
// headers it is below 4 KiB, which Go's client sends in one piece. Of a longer one a
// refusal of the proxy, which does not read it to its end, may be cut off.
func work() string {
	return fmt.Sprintf(`{"text": %q}`, strings.Repeat("This product is amazing! ", 140))
}

// testLoad drives tenant-a to the most servers it may have, and sees them go again.
func (p platform) testLoad(t *testing.T) {
	before := p.shortenLowLoad(t)
	defer p.setLowLoad(t, before)
	seen := newTraffic()
	steady := p.during(t, func() {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var all sync.WaitGroup
		for range drivers {
			all.Go(func() {
				for ctx.Err() == nil {
					seen.note("tenant-a", time.Now(), func() (answer, error) { return p.send("tenant-a", work()) })
				}
			})
		}
		eventually(t, 4*time.Minute, func() error { return p.hasServers(t.Context(), 3) })
		stop()
		all.Wait()
		eventually(t, 4*time.Minute, func() error { return p.hasServers(t.Context(), 2) })
		eventually(t, settleLimit, func() error { return p.settled(t.Context()) })
	})
	times.count(t.Name(), seen)
	assert.Empty(t, seen.lost, "requests of %d", seen.sent)
	assert.Empty(t, steady.lost, "requests of %d", steady.sent)
}

// hasServers says whether the Deployment of tenant-a has so many that are ready.
func (p platform) hasServers(ctx context.Context, count int32) error {
	deployment, err := p.client.AppsV1().Deployments("tenant-a").Get(ctx, "inference", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return equal([]int32{count, count}, []int32{*deployment.Spec.Replicas, deployment.Status.AvailableReplicas})
}

// shortenLowLoad changes how long load must be low, and returns how long that was.
func (p platform) shortenLowLoad(t *testing.T) int32 {
	t.Helper()
	scaler, err := p.client.AutoscalingV2().HorizontalPodAutoscalers("tenant-a").Get(t.Context(), "inference", metav1.GetOptions{})
	require.NoError(t, err)
	before := *scaler.Spec.Behavior.ScaleDown.StabilizationWindowSeconds
	p.setLowLoad(t, lowLoad)
	return before
}

func (p platform) setLowLoad(t *testing.T, seconds int32) {
	t.Helper()
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"behavior": map[string]any{
		"scaleDown": map[string]any{"stabilizationWindowSeconds": seconds},
	}}})
	require.NoError(t, err)
	_, err = p.client.AutoscalingV2().HorizontalPodAutoscalers("tenant-a").Patch(
		t.Context(), "inference", types.MergePatchType, patch, metav1.PatchOptions{})
	require.NoError(t, err)
}
