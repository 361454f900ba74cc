package tenant

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/podsecurity"
)

func (b *builder) createNamespace() error {
	labels := podsecurity.Latest(b.labels("namespace"), podsecurity.Restricted)
	for key, value := range b.in.Metadata.NamespaceLabels {
		// What is said above is what the tenant is held by.
		if _, taken := labels[key]; !taken {
			labels[key] = value
		}
	}
	namespace, err := corev1.NewNamespace(b.ctx, b.name+"-namespace", &corev1.NamespaceArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name:        pulumi.String(b.in.Name),
			Labels:      pulumi.ToStringMap(labels),
			Annotations: pulumi.ToStringMap(b.in.Metadata.Annotations),
		},
	}, b.outside(pulumi.Protect(b.in.Protect))...)
	if err != nil {
		return fmt.Errorf("creating the namespace: %w", err)
	}
	b.tenant.namespace = namespace
	b.namespace = namespace.Metadata.Name().Elem()
	return nil
}

func (b *builder) createServiceAccount() (*corev1.ServiceAccount, error) {
	meta := b.meta(ServiceAccountName, "access")
	if b.in.Identity != nil {
		meta.Annotations = b.in.Identity.Annotations
	}
	account, err := corev1.NewServiceAccount(b.ctx, b.name+"-service-account", &corev1.ServiceAccountArgs{
		Metadata:                     meta,
		AutomountServiceAccountToken: pulumi.Bool(b.in.MountToken),
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the service account: %w", err)
	}
	return account, nil
}
