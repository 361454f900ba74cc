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
	if t.StorageClass == "" {
		return defaultError(names, hasDefault)
	}
	return t.wrongClass(names)
}

func defaultError(names []string, hasDefault bool) error {
	switch {
	case hasDefault:
		return nil
	case len(names) == 0:
		return errors.New("kubernetes.storageClass: the cluster has no StorageClass, so no volume could be made; install a storage provisioner")
	}
	return fmt.Errorf("kubernetes.storageClass: the cluster has no default StorageClass; name one of %s, or mark one as the default", strings.Join(names, ", "))
}

func (t Target) wrongClass(names []string) error {
	switch {
	case slices.Contains(names, t.StorageClass):
		return nil
	case len(names) == 0:
		return fmt.Errorf("kubernetes.storageClass: the cluster has no StorageClass %q; there is no other either; install a storage provisioner", t.StorageClass)
	}
	return fmt.Errorf("kubernetes.storageClass: the cluster has no StorageClass %q; name one of %s", t.StorageClass, strings.Join(names, ", "))
}
