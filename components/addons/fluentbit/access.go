package fluentbit

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/clusterrole"
	"github.com/mlops-iac/mlops/components/internal/options"
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
	binding, err := clusterrole.New(b.ctx, b.name, clusterrole.Grant{
		Name: b.in.Namespace + "-" + app, Namespace: pulumi.String(b.in.Namespace), ServiceAccount: ServiceAccount, Labels: labels(),
		Rules: []clusterrole.Rule{{Resources: []string{"namespaces", "pods"}, Verbs: []string{"get", "list", "watch"}}},
	}, options.Child(b.f)...)
	if err != nil {
		return err
	}
	b.before = append(b.before, account, binding)
	return nil
}
