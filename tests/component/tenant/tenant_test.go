package tenant_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/tenant"
)

const (
	namespaceType  = "kubernetes:core/v1:Namespace"
	accountType    = "kubernetes:core/v1:ServiceAccount"
	quotaType      = "kubernetes:core/v1:ResourceQuota"
	limitType      = "kubernetes:core/v1:LimitRange"
	configType     = "kubernetes:core/v1:ConfigMap"
	serviceType    = "kubernetes:core/v1:Service"
	claimType      = "kubernetes:core/v1:PersistentVolumeClaim"
	roleType       = "kubernetes:rbac.authorization.k8s.io/v1:Role"
	bindingType    = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
	policyType     = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	ingressType    = "kubernetes:networking.k8s.io/v1:Ingress"
	deploymentType = "kubernetes:apps/v1:Deployment"
	scalerType     = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
	budgetType     = "kubernetes:policy/v1:PodDisruptionBudget"
	cronType       = "kubernetes:batch/v1:CronJob"
	monitorType    = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
	imagesType     = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
	imagesBinding  = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding"
	identityType   = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
)

// run builds the tenant "t" in preview and for real.
func run(t *testing.T, args *tenant.Args, opts ...pulumi.ResourceOption) *harness.Recorder {
	t.Helper()
	return harness.Run(t, func(ctx *pulumi.Context) error {
		_, err := tenant.New(ctx, "t", args, opts...)
		return err
	})
}

func types(r *harness.Recorder) map[string]int {
	count := map[string]int{}
	for _, resource := range r.Resources() {
		count[resource.Type]++
	}
	return count
}

func TestWhatATenantConsistsOf(t *testing.T) {
	t.Parallel()
	least := map[string]int{
		tenant.Token: 1, namespaceType: 1, accountType: 1, quotaType: 2, limitType: 1, configType: 1, serviceType: 1,
		roleType: 3, bindingType: 1, policyType: 5, deploymentType: 1, scalerType: 1, budgetType: 1, monitorType: 1,
		imagesType: 1, imagesBinding: 1,
	}
	assert.Equal(t, least, types(run(t, valid.Tenant())))

	full := map[string]int{
		tenant.Token: 1, namespaceType: 1, accountType: 1, quotaType: 2, limitType: 1, configType: 2, serviceType: 1,
		roleType: 3, bindingType: 3, policyType: 9, deploymentType: 1, scalerType: 1, budgetType: 1, monitorType: 1,
		claimType: 1, cronType: 1, ingressType: 1, identityType: 1, imagesType: 1, imagesBinding: 1,
	}
	assert.Equal(t, full, types(run(t, valid.FullTenant())))

	without := valid.Tenant()
	without.NoServiceMonitor = true
	assert.Zero(t, types(run(t, without))[monitorType])
}

func TestEveryObjectIsOfTheTenant(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]*tenant.Args{"least": valid.Tenant(), "full": valid.FullTenant()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range run(t, args).Resources() {
				if r.Type == tenant.Token {
					continue
				}
				what := r.Type + " " + r.Name
				assert.Equal(t, tenant.Token, r.ParentType, what)
				assert.Equal(t, "t", r.ParentName, what)
				assert.True(t, strings.HasPrefix(r.Name, "t-"), what)
				if r.Type == identityType {
					assert.Empty(t, r.DeletedWith, "what is in AWS does not vanish with a namespace")
					continue
				}
				assertMetadata(t, r, args)
			}
		})
	}
}

func assertMetadata(t *testing.T, r harness.Resource, args *tenant.Args) {
	t.Helper()
	what := r.Type + " " + r.Name
	assert.NotEmpty(t, r.Prop("metadata.name"), what)
	labels, ok := r.Prop("metadata.labels").(map[string]any)
	require.True(t, ok, what)
	assert.Equal(t, valid.TenantName, labels["mlops.io/tenant"], what)
	assert.Equal(t, valid.TenantName, labels["app.kubernetes.io/instance"], what)
	assert.Equal(t, "mlops", labels["app.kubernetes.io/part-of"], what)
	assert.Equal(t, "pulumi", labels["app.kubernetes.io/managed-by"], what)
	assert.NotEmpty(t, labels["app.kubernetes.io/name"], what)
	assert.NotEmpty(t, labels["app.kubernetes.io/component"], what)
	for key, value := range args.Metadata.Labels {
		assert.Equal(t, value, labels[key], what)
	}
	if slices.Contains([]string{namespaceType, imagesType, imagesBinding}, r.Type) {
		assert.Nil(t, r.Prop("metadata.namespace"), what)
		return
	}
	assert.Equal(t, valid.TenantName, r.Prop("metadata.namespace"), what)
	assert.Contains(t, r.DeletedWith, "t-namespace", what)
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := map[string]string{}
	harness.Run(t, func(ctx *pulumi.Context) error {
		made, err := tenant.New(ctx, "t", valid.FullTenant())
		if err != nil {
			return err
		}
		for key, value := range made.Ref().Outputs() {
			value.(pulumi.StringOutput).ApplyT(func(text string) string {
				mu.Lock()
				defer mu.Unlock()
				got[key] = text
				return text
			})
		}
		return nil
	})
	assert.Equal(t, map[string]string{
		"namespace":      "tenant-a",
		"serviceAccount": "workload",
		"serviceUrl":     "http://inference.tenant-a.svc.cluster.local",
		"objectPrefix":   "tenants/tenant-a/",
	}, got)
}

func TestNamespace(t *testing.T) {
	t.Parallel()
	args := valid.FullTenant()
	args.Protect = true
	r := run(t, args)
	namespace := r.One(t, namespaceType, "t-namespace")
	assert.Equal(t, "tenant-a", namespace.Prop("metadata.name"))
	labels := namespace.Prop("metadata.labels").(map[string]any)
	for _, mode := range []string{"enforce", "audit", "warn"} {
		assert.Equal(t, "restricted", labels["pod-security.kubernetes.io/"+mode])
		assert.Equal(t, "latest", labels["pod-security.kubernetes.io/"+mode+"-version"])
	}
	assert.Equal(t, map[string]any{"mlops.io/contact": "#team-a"}, namespace.Prop("metadata.annotations"))
	assert.True(t, namespace.Protect)
	assert.True(t, r.One(t, claimType, "t-checkpoints").Protect)
	assert.False(t, r.One(t, deploymentType, "t-deployment").Protect)

	open := run(t, valid.FullTenant())
	assert.False(t, open.One(t, namespaceType, "t-namespace").Protect)
	assert.Empty(t, open.One(t, namespaceType, "t-namespace").DeletedWith)
}

func TestDeletedWith(t *testing.T) {
	t.Parallel()
	r := harness.Run(t, func(ctx *pulumi.Context) error {
		cluster := &tenant.Tenant{}
		if err := ctx.RegisterComponentResource("test:index:Cluster", "cluster", cluster); err != nil {
			return err
		}
		args := valid.Tenant()
		args.DeletedWith = cluster
		_, err := tenant.New(ctx, "t", args)
		return err
	})
	for _, of := range []harness.Resource{
		r.One(t, namespaceType, "t-namespace"), r.One(t, imagesType, "t-images"), r.One(t, imagesBinding, "t-images-binding"),
	} {
		assert.Contains(t, of.DeletedWith, "test:index:Cluster::cluster", of.Name)
	}
}

// Proves I6 by Pulumi mocks: the quota counts objects, and the disk of nodes.
func TestQuotaAndLimits(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	quota := r.One(t, quotaType, "t-quota")
	assert.Equal(t, "tenant", quota.Prop("metadata.name"))
	assert.Equal(t, map[string]any{
		"requests.cpu": "12", "limits.cpu": "12", "requests.memory": "24Gi", "limits.memory": "24Gi",
		"requests.storage": "200Gi", "requests.nvidia.com/gpu": "1", "pods": "30", "persistentvolumeclaims": "5", "count/jobs.batch": "20",
		"count/configmaps": "50", "count/secrets": "20", "limits.ephemeral-storage": "315Gi",
		"services.loadbalancers": "0", "services.nodeports": "0",
	}, quota.Prop("spec.hard"))
	assert.Equal(t, []any{
		map[string]any{
			"type":           "Container",
			"defaultRequest": map[string]any{"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "256Mi"},
			"default":        map[string]any{"cpu": "500m", "memory": "512Mi", "ephemeral-storage": "10Gi"},
		},
		map[string]any{
			"type": "PersistentVolumeClaim",
			"min":  map[string]any{"storage": "1Gi"}, "max": map[string]any{"storage": "100Gi"},
		},
	}, r.One(t, limitType, "t-limit-range").Prop("spec.limits"))

	priority := r.One(t, quotaType, "t-priority-quota")
	assert.Equal(t, "system-priority", priority.Prop("metadata.name"))
	assert.Equal(t, map[string]any{
		"hard": map[string]any{"pods": "0"},
		"scopeSelector": map[string]any{"matchExpressions": []any{map[string]any{
			"scopeName": "PriorityClass", "operator": "In", "values": []any{"system-cluster-critical", "system-node-critical"},
		}}},
	}, priority.Prop("spec"))

	hard := run(t, valid.Tenant()).One(t, quotaType, "t-quota").Prop("spec.hard").(map[string]any)
	assert.Equal(t, "0", hard["requests.nvidia.com/gpu"], "GPUs must be asked for")
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	association := run(t, valid.FullTenant()).One(t, identityType, "t-identity")
	assert.Equal(t, "platform", association.Prop("clusterName"))
	assert.Equal(t, "tenant-a", association.Prop("namespace"))
	assert.Equal(t, "workload", association.Prop("serviceAccount"))
	assert.Equal(t, "arn:aws:iam::111111111111:role/tenants", association.Prop("roleArn"))
	assert.Equal(t, map[string]any{
		"project": "mlops", "environment": "test", "owner": "platform", "cost-center": "cc-1", "managed-by": "pulumi",
		"mlops.io/tenant": "tenant-a",
	}, association.Prop("tags"))

	args := valid.Tenant()
	args.Identity = &tenant.Identity{Annotations: pulumi.StringMap{"eks.amazonaws.com/role-arn": pulumi.String("arn")}}
	r := run(t, args)
	assert.Empty(t, r.OfType(identityType))
	account := r.One(t, accountType, "t-service-account")
	assert.Equal(t, map[string]any{"eks.amazonaws.com/role-arn": "arn"}, account.Prop("metadata.annotations"))
	assert.Equal(t, false, account.Prop("automountServiceAccountToken"))
}

// TestPodsComeLast checks that no pod runs before what bounds it.
func TestPodsComeLast(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	for _, pods := range []harness.Resource{r.One(t, deploymentType, "t-deployment"), r.One(t, cronType, "t-training")} {
		waits := strings.Join(pods.DependsOn, "\n")
		for _, first := range []string{"::t-quota", "::t-limit-range", "::t-images", "::t-images-binding", "::t-default-deny", "::t-allow-dns", "::t-identity"} {
			assert.Contains(t, waits, first, pods.Name)
		}
	}
}

func TestInputsOfTheComponent(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant()).One(t, tenant.Token, "t")
	assert.Equal(t, map[string]any{
		"name": "tenant-a", "image": "registry.example.com/inference:1.0.0", "minReplicas": 2.0, "maxReplicas": 10.0,
		"training": true, "trainingGpus": 1.0,
	}, plainInputs(r))
}

func plainInputs(r harness.Resource) map[string]any {
	inputs := map[string]any{}
	for key := range r.Inputs {
		inputs[string(key)] = r.Prop(string(key))
	}
	return inputs
}
