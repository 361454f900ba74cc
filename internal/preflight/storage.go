package preflight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// defaultClass marks the class of claims that name none.
const defaultClass = "storageclass.kubernetes.io/is-default-class"

func (t Target) checkStorage(ctx context.Context, client kubernetes.Interface) error {
	list, err := client.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		return denied("storage classes", err)
	}
	var names []string
	hasDefault := false
	for i := range list.Items {
		names = append(names, list.Items[i].Name)
		hasDefault = hasDefault || list.Items[i].Annotations[defaultClass] == "true"
	}
	slices.Sort(names)
	known := "there is none; install a storage provisioner"
	if len(names) > 0 {
		known = "there are " + strings.Join(names, ", ")
	}
	switch {
	case t.StorageClass == "" && !hasDefault && len(names) == 0:
		return errors.New("kubernetes.storageClass: the cluster has no StorageClass, so no volume could be made; install a storage provisioner")
	case t.StorageClass == "" && !hasDefault:
		return fmt.Errorf("kubernetes.storageClass: the cluster has no default StorageClass; name one of %s, or mark one as the default", strings.Join(names, ", "))
	case t.StorageClass != "" && !slices.Contains(names, t.StorageClass):
		return fmt.Errorf("kubernetes.storageClass: the cluster has no StorageClass %q; %s", t.StorageClass, known)
	}
	return nil
}
