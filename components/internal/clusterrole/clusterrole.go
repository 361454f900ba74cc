// Package clusterrole lets a service account, or a group of people, do something in every namespace.
package clusterrole

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

const (
	rbacGroup = "rbac.authorization.k8s.io"
	// nameLimit is that of Kubernetes for names that are labels as well.
	nameLimit = 63
)

// Rule allows verbs on resources of one API group.
type Rule struct {
	// Group is the API group; empty is the core one.
	Group string
	// Resources and Verbs are names of the API group.
	Resources, Verbs []string
}

// Grant is who may do what.
type Grant struct {
	// Name is that of the role and its binding. Roles of the cluster are shared by
	// everything in it.
	Name string
	// ServiceAccount is an account in Namespace.
	Namespace      pulumi.StringInput
	ServiceAccount string
	// Group is a group of people, in place of Namespace and ServiceAccount.
	Group string
	// Labels go on role and binding.
	Labels map[string]string
	// Rules are the rights of the account or group.
	Rules []Rule
}

// New makes the role and its binding, named after name, and returns the binding.
func New(ctx *pulumi.Context, name string, grant Grant, opts ...pulumi.ResourceOption) (*rbacv1.ClusterRoleBinding, error) {
	meta := metav1.ObjectMetaArgs{
		Name: pulumi.String(names.Short(nameLimit, grant.Name)), Labels: pulumi.ToStringMap(grant.Labels),
	}
	rules := make(rbacv1.PolicyRuleArray, len(grant.Rules))
	for i, rule := range grant.Rules {
		rules[i] = rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{rule.Group}),
			Resources: pulumi.ToStringArray(rule.Resources), Verbs: pulumi.ToStringArray(rule.Verbs),
		}
	}
	role, err := rbacv1.NewClusterRole(ctx, name+"-role", &rbacv1.ClusterRoleArgs{Metadata: meta, Rules: rules}, opts...)
	if err != nil {
		return nil, fmt.Errorf("creating the role: %w", err)
	}
	binding, err := rbacv1.NewClusterRoleBinding(ctx, name+"-role-binding", &rbacv1.ClusterRoleBindingArgs{
		Metadata: meta,
		RoleRef: rbacv1.RoleRefArgs{
			ApiGroup: pulumi.String(rbacGroup), Kind: pulumi.String("ClusterRole"), Name: role.Metadata.Name().Elem(),
		},
		Subjects: rbacv1.SubjectArray{grant.subject()},
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("binding the role: %w", err)
	}
	return binding, nil
}

func (g Grant) subject() rbacv1.SubjectArgs {
	if g.Group != "" {
		return rbacv1.SubjectArgs{ApiGroup: pulumi.String(rbacGroup), Kind: pulumi.String("Group"), Name: pulumi.String(g.Group)}
	}
	return rbacv1.SubjectArgs{
		Kind: pulumi.String("ServiceAccount"), Name: pulumi.String(g.ServiceAccount), Namespace: g.Namespace,
	}
}
