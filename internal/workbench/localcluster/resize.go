package localcluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// smaller says that a claim has a volume, and asks for a larger one.
func smaller(claim corev1.PersistentVolumeClaim) bool {
	wanted, has := claim.Spec.Resources.Requests[corev1.ResourceStorage], claim.Status.Capacity[corev1.ResourceStorage]
	return claim.Status.Phase == corev1.ClaimBound && wanted.Cmp(has) > 0
}

// grow gives a volume the size that its claim asks for, and then says so in the
// claim, as the resizer of a storage driver does. Simulated volumes hold nothing and
// folders have no size, so nothing else is to be done.
func (p *provisioner) grow(ctx context.Context, claim corev1.PersistentVolumeClaim) error {
	wanted := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	capacity := fmt.Sprintf(`{"capacity": {"storage": %q}}`, wanted.String())
	_, err := p.client.Resource(volumes).Patch(ctx, claim.Spec.VolumeName, types.MergePatchType,
		[]byte(`{"spec": `+capacity+`}`), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	_, err = p.client.Resource(claims).Namespace(claim.Namespace).Patch(ctx, claim.Name, types.MergePatchType,
		[]byte(`{"status": `+capacity+`}`), metav1.PatchOptions{}, "status")
	return err
}
