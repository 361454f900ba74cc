package conformance_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/internal/record"
)

// storeVolume is the volume of a store of stack local.
type storeVolume struct {
	namespace, server, claim string
	// before and after are sizes.
	before, after string
}

func storeVolumes() []storeVolume {
	return []storeVolume{
		{minio.DefaultNamespace, "minio", "data-minio-0", "5Gi", "8Gi"},
		{postgresql.DefaultNamespace, "postgresql", "data-postgresql-0", "2Gi", "3Gi"},
	}
}

// TestC8VolumesGrow makes the volumes of the stores larger. The claim of the object store
// is there before the stack, as one that a StatefulSet has made.
//
// Proves C8 by the real server: claims that exist are taken over, they grow in place with
// their StatefulSets untouched, and a second update changes nothing.
func TestC8VolumesGrow(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	l.makeClaim(t, storeVolumes()[0])
	first, err := l.up(t, nil)
	require.NoError(t, err, "%v", first.Errors())
	before := map[string]types.UID{}
	for _, volume := range storeVolumes() {
		l.awaitCapacity(t, volume, volume.before)
		maps.Copy(before, l.identities(t, volume))
	}

	file := strings.NewReplacer("storageGiB: 5\n", "storageGiB: 8\n", "storageGiB: 2\n", "storageGiB: 3\n").Replace(string(l.input.File))
	require.NotEqual(t, string(l.input.File), file)
	l.input.File = []byte(file)
	grown, err := l.up(t, nil)
	require.NoError(t, err, "%v", grown.Errors())
	done := ops(grown)
	slices.Sort(done["update"])
	assert.Equal(t, map[string][]string{"update": {
		"mlops-local-metadata", "mlops-local-metadata-claim-0", "mlops-local-objects", "mlops-local-objects-claim-0", record.Name,
	}}, done)
	after := map[string]types.UID{}
	for _, volume := range storeVolumes() {
		l.awaitCapacity(t, volume, volume.after)
		maps.Copy(after, l.identities(t, volume))
	}
	assert.Equal(t, before, after)

	again, err := l.up(t, nil)
	require.NoError(t, err, "%v", again.Errors())
	assert.Empty(t, ops(again))
}

// makeClaim makes a namespace and, in it, a claim for the volume.
func (l life) makeClaim(t *testing.T, volume storeVolume) {
	t.Helper()
	options := metav1.CreateOptions{FieldManager: kubectl.FieldManager}
	_, err := l.Client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: volume.namespace},
	}, options)
	require.NoError(t, err)
	_, err = l.Client.CoreV1().PersistentVolumeClaims(volume.namespace).Create(t.Context(), &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: volume.claim},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(volume.before)},
			},
		},
	}, options)
	require.NoError(t, err)
}

// identities are the UIDs of a claim and its StatefulSet, by kind and name.
func (l life) identities(t *testing.T, volume storeVolume) map[string]types.UID {
	t.Helper()
	claim, err := l.Client.CoreV1().PersistentVolumeClaims(volume.namespace).Get(t.Context(), volume.claim, metav1.GetOptions{})
	require.NoError(t, err)
	server, err := l.Client.AppsV1().StatefulSets(volume.namespace).Get(t.Context(), volume.server, metav1.GetOptions{})
	require.NoError(t, err)
	return map[string]types.UID{"claim " + volume.claim: claim.UID, "server " + volume.server: server.UID}
}

// awaitCapacity waits until a claim has a volume of a size.
func (l life) awaitCapacity(t *testing.T, volume storeVolume, size string) {
	t.Helper()
	l.Await(t, patience, volume.claim+" has "+size, func(ctx context.Context) error {
		claim, err := l.Client.CoreV1().PersistentVolumeClaims(volume.namespace).Get(ctx, volume.claim, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if has := claim.Status.Capacity[corev1.ResourceStorage]; claim.Status.Phase != corev1.ClaimBound || has.String() != size {
			return fmt.Errorf("%s with %s", claim.Status.Phase, has.String())
		}
		return nil
	})
}
