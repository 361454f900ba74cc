package tenant

import (
	"fmt"
	"slices"

	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

const rbacGroup = "rbac.authorization.k8s.io"

var (
	readVerbs  = []string{"get", "list", "watch"}
	writeVerbs = []string{"create", "delete", "patch", "update"}
)

// rule allows verbs on resources of one API group.
func rule(group string, resources, verbs []string) rbacv1.PolicyRuleArgs {
	return rbacv1.PolicyRuleArgs{
		ApiGroups: pulumi.StringArray{pulumi.String(group)},
		Resources: pulumi.ToStringArray(resources),
		Verbs:     pulumi.ToStringArray(verbs),
	}
}

// viewerRules read everything but secrets.
func viewerRules() rbacv1.PolicyRuleArray {
	return rbacv1.PolicyRuleArray{
		rule("", []string{
			"configmaps", "endpoints", "events", "limitranges", "persistentvolumeclaims", "pods", "pods/log", "pods/status",
			"resourcequotas", "serviceaccounts", "services",
		}, readVerbs),
		rule("apps", []string{"deployments", "replicasets"}, readVerbs),
		rule("autoscaling", []string{"horizontalpodautoscalers"}, readVerbs),
		rule("batch", []string{"cronjobs", "jobs"}, readVerbs),
		rule("discovery.k8s.io", []string{"endpointslices"}, readVerbs),
		rule("events.k8s.io", []string{"events"}, readVerbs),
		rule("metrics.k8s.io", []string{"pods"}, []string{"get", "list"}),
		rule("monitoring.coreos.com", []string{"prometheusrules", "servicemonitors"}, readVerbs),
		rule("networking.k8s.io", []string{"ingresses", "networkpolicies"}, readVerbs),
		rule("policy", []string{"poddisruptionbudgets"}, readVerbs),
		rule(rbacGroup, []string{"rolebindings", "roles"}, readVerbs),
	}
}

// editorRules add work with jobs and pods, and restarts of the Deployment. They
// leave out what would undo the limits on the tenant or publish it (access,
// quotas, network policies, services, ingresses), and secrets. Whoever may start
// pods can mount the secrets of the namespace, so the platform keeps none there
// but the tenant's own credentials.
func editorRules() rbacv1.PolicyRuleArray {
	return append(viewerRules(),
		rule("", []string{"configmaps", "persistentvolumeclaims", "pods"}, writeVerbs),
		rule("", []string{"pods/attach", "pods/exec", "pods/portforward"}, []string{"create", "get"}),
		rule("apps", []string{"deployments"}, []string{"patch"}),
		rule("batch", []string{"jobs"}, writeVerbs),
	)
}

func (b *builder) createAccess() error {
	own := rule("", []string{"configmaps"}, []string{"get"})
	own.ResourceNames = pulumi.ToStringArray([]string{InferenceName, TrainingName})
	account := rbacv1.SubjectArray{rbacv1.SubjectArgs{
		Kind: pulumi.String("ServiceAccount"), Name: pulumi.String(ServiceAccountName), Namespace: b.namespace,
	}}
	people := b.in.People
	for _, role := range []struct {
		name     string
		rules    rbacv1.PolicyRuleArray
		subjects rbacv1.SubjectArray
	}{
		{ServiceAccountName, rbacv1.PolicyRuleArray{own}, account},
		{ViewerName, viewerRules(), subjects(people.Viewers)},
		{EditorName, editorRules(), subjects(people.Editors)},
	} {
		if err := b.createRole(role.name, role.rules, role.subjects); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) createRole(name string, rules rbacv1.PolicyRuleArray, subjects rbacv1.SubjectArray) error {
	role, err := rbacv1.NewRole(b.ctx, b.name+"-"+name, &rbacv1.RoleArgs{
		Metadata: b.meta(name, "access"),
		Rules:    rules,
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating role %s: %w", name, err)
	}
	if len(subjects) == 0 {
		return nil
	}
	_, err = rbacv1.NewRoleBinding(b.ctx, b.name+"-"+name, &rbacv1.RoleBindingArgs{
		Metadata: b.meta(name, "access"),
		RoleRef: rbacv1.RoleRefArgs{
			ApiGroup: pulumi.String(rbacGroup), Kind: pulumi.String("Role"), Name: role.Metadata.Name().Elem(),
		},
		Subjects: subjects,
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("binding role %s: %w", name, err)
	}
	return nil
}

// subjects are sorted, so that the order in a definition changes nothing.
func subjects(people spec.Subjects) rbacv1.SubjectArray {
	var list rbacv1.SubjectArray
	for _, of := range []struct {
		kind  string
		names []string
	}{{"Group", people.Groups}, {"User", people.Users}} {
		for _, name := range slices.Sorted(slices.Values(of.names)) {
			list = append(list, rbacv1.SubjectArgs{
				ApiGroup: pulumi.String(rbacGroup), Kind: pulumi.String(of.kind), Name: pulumi.String(name),
			})
		}
	}
	return list
}
