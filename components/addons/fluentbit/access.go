package fluentbit

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/naming"
)

const (
	rbacGroup = "rbac.authorization.k8s.io"
	// clusterNameLimit is that of Kubernetes for names.
	clusterNameLimit = 63
)

// createAccess lets the pods ask whose a container is, and nothing more.
func (b *builder) createAccess() error {
	account, err := corev1.NewServiceAccount(b.ctx, b.name+"-service-account", &corev1.ServiceAccountArgs{
		Metadata: b.meta(ServiceAccount),
		// The pods ask for the token themselves.
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the service account: %w", err)
	}
	// Roles of the cluster are shared by everything in it, so the namespace is
	// part of their name.
	meta := metav1.ObjectMetaArgs{
		Name: pulumi.String(naming.Short(clusterNameLimit, b.in.Namespace, app)), Labels: pulumi.ToStringMap(labels()),
	}
	role, err := rbacv1.NewClusterRole(b.ctx, b.name+"-role", &rbacv1.ClusterRoleArgs{
		Metadata: meta,
		Rules: rbacv1.PolicyRuleArray{rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{""}),
			Resources: pulumi.ToStringArray([]string{"namespaces", "pods"}),
			Verbs:     pulumi.ToStringArray([]string{"get", "list", "watch"}),
		}},
	}, options.Child(b.f)...)
	if err != nil {
		return fmt.Errorf("creating the role: %w", err)
	}
	binding, err := rbacv1.NewClusterRoleBinding(b.ctx, b.name+"-role-binding", &rbacv1.ClusterRoleBindingArgs{
		Metadata: meta,
		RoleRef: rbacv1.RoleRefArgs{
			ApiGroup: pulumi.String(rbacGroup), Kind: pulumi.String("ClusterRole"), Name: role.Metadata.Name().Elem(),
		},
		Subjects: rbacv1.SubjectArray{rbacv1.SubjectArgs{
			Kind: pulumi.String("ServiceAccount"), Name: pulumi.String(ServiceAccount), Namespace: b.namespace(),
		}},
	}, options.Child(b.f)...)
	if err != nil {
		return fmt.Errorf("binding the role: %w", err)
	}
	b.before = append(b.before, account, binding)
	return nil
}
