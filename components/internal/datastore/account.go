package datastore

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

// AccountMeta is the metadata of the Secret of a tenant's account.
func AccountMeta(app string, namespace pulumi.StringInput, tenant string) metav1.ObjectMetaArgs {
	return metav1.ObjectMetaArgs{
		Name: pulumi.String("account-" + tenant), Namespace: namespace, Labels: pulumi.ToStringMap(accountLabels(app, tenant)),
	}
}

func accountLabels(app, tenant string) map[string]string {
	all := labels(app, provisioning)
	if tenant != "" {
		all[names.TenantLabel] = tenant
	}
	return all
}
