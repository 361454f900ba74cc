package stack_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/harness"
)

// defined are the names of the tenants in the repository.
func defined(t *testing.T, stack string) []string {
	t.Helper()
	loaded, err := tenants.Load(tenants.Definitions, stack)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(loaded), 2)
	var names []string
	for _, one := range loaded {
		names = append(names, one.Name)
	}
	return names
}

func TestEveryDefinitionYieldsATenant(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		names := defined(t, stack)
		assert.Len(t, record.OfType("mlops:index:Tenant"), len(names))
		for _, name := range names {
			prefix := "mlops-" + stack + "-tenant-" + name + "-"
			namespace := record.One(t, "kubernetes:core/v1:Namespace", prefix+"namespace")
			assert.Equal(t, name, namespace.Prop("metadata.name"))
			labels, _ := namespace.Prop("metadata.labels").(map[string]any)
			assert.Equal(t, "restricted", labels["pod-security.kubernetes.io/enforce"])

			deny := record.One(t, policyType, prefix+"default-deny")
			assert.Equal(t, map[string]any{}, deny.Prop("spec.podSelector"), "it must select every pod")
			assert.Equal(t, []any{"Ingress", "Egress"}, deny.Prop("spec.policyTypes"))
			assert.Nil(t, deny.Prop("spec.ingress"))
			assert.Nil(t, deny.Prop("spec.egress"))

			quota := record.One(t, "kubernetes:core/v1:ResourceQuota", prefix+"quota")
			hard, _ := quota.Prop("spec.hard").(map[string]any)
			for _, limited := range []string{"requests.cpu", "requests.memory", "pods"} {
				assert.NotEmpty(t, hard[limited], limited)
			}
			scaler := record.One(t, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", prefix+"autoscaler")
			deployment := record.One(t, "kubernetes:apps/v1:Deployment", prefix+"deployment")
			assert.Equal(t, deployment.Prop("metadata.name"), scaler.Prop("spec.scaleTargetRef.name"))
			assert.Nil(t, deployment.Prop("spec.replicas"), "the autoscaler owns the number of replicas")
		}
	})
}

const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy"

// Proves I2 by Pulumi mocks: pods of a tenant reach the ranges of S3 that the gateway
// endpoint says, and no other address of the internet; in a preview they are not known.
func TestI2TheObjectStoreIsS3Alone(t *testing.T) {
	t.Parallel()
	port := []any{map[string]any{"port": 443.0, "protocol": "TCP"}}
	block := func(cidr string) any { return map[string]any{"ipBlock": map[string]any{"cidr": cidr}} }
	for _, stack := range awsStacks() {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			for _, name := range defined(t, stack) {
				policy := "mlops-" + stack + "-tenant-" + name + "-allow-object-store"
				assert.Equal(t, []any{map[string]any{"to": []any{block("52.218.0.0/17"), block("3.5.64.0/21")}, "ports": port}},
					recorded(t, stack, "up").One(t, policyType, policy).Prop("spec.egress"))
				assert.NotContains(t, fmt.Sprint(recorded(t, stack, "preview").One(t, policyType, policy).Prop("spec.egress")), "ipBlock")
			}
		})
	}
}

// withTenant returns the tenants of the repository and one more.
func withTenant(t *testing.T, name, text string) fs.FS {
	t.Helper()
	files := fstest.MapFS{tenants.Folder + "/" + name + ".yaml": {Data: []byte(text)}}
	known, err := fs.Glob(tenants.Definitions, tenants.Folder+"/*.yaml")
	require.NoError(t, err)
	for _, file := range known {
		data, err := fs.ReadFile(tenants.Definitions, file)
		require.NoError(t, err)
		files[file] = &fstest.MapFile{Data: data}
	}
	return files
}

const thirdTenant = "name: tenant-c\nowners: [ada@example.com]\ncostCenter: cc-1\nimage: {repository: inference, tag: 1.0.0}\n"

func TestATenantMoreChangesNothingElse(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		for mode, options := range modes {
			t.Run(stack+" "+mode, func(t *testing.T) {
				t.Parallel()
				more, err := build(t, stack, tree(t, stack), platform.Options{Definitions: withTenant(t, "tenant-c", thirdTenant)}, options...)
				require.NoError(t, err)
				before, after := byName(recorded(t, stack, mode)), byName(more)
				for id, was := range before {
					assert.Equal(t, was, after[id], id)
					delete(after, id)
				}
				require.NotEmpty(t, after)
				for id := range after {
					assert.Contains(t, id, "mlops-"+stack+"-tenant-tenant-c", "a new tenant added something beside itself")
				}
				in := parse(t, stack)
				require.NoError(t, guard.Evaluate(more.GuardResources(), platform.Exemptions(in), platform.GuardOptions(in)).Err())
			})
		}
	}
}

// byName indexes a record. The gate of the guard waits for everything, which
// includes a new tenant. Generated values differ in every run and are ignored
// by the engine from the second on.
func byName(record *harness.Recorder) map[string]harness.Resource {
	found := map[string]harness.Resource{}
	for _, r := range record.Resources() {
		if r.Type == "aws:cloudwatch/queryDefinition:QueryDefinition" {
			// Saved queries ask the logs of all tenants. Nothing runs on them.
			continue
		}
		r.DependsOn = slices.Sorted(slices.Values(r.DependsOn))
		if r.Type == guard.GateToken {
			r.DependsOn = nil
		}
		for _, ignored := range r.IgnoreChanges {
			delete(r.Inputs, resource.PropertyKey(ignored))
			delete(r.Guard.Inputs, ignored)
		}
		found[r.Type+" "+r.Name] = r
	}
	return found
}

func TestATenantLessTakesOnlyItself(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "tenants.only", []any{"tenant-b"})
	less, err := build(t, "dev", values, platform.Options{})
	require.NoError(t, err)
	before, after := byName(recorded(t, "dev", "up")), byName(less)
	its := []string{
		"mlops-dev-tenant-tenant-a",
		// Its people, who are in no group any more.
		"mlops-dev-cluster-groups-111111111111-role-customer-analytics", "mlops-dev-cluster-groups-111111111111-role-shop-product-managers",
	}
	for id, r := range before {
		if slices.ContainsFunc(its, func(name string) bool { return strings.Contains(id, name) }) {
			assert.NotContains(t, after, id)
			continue
		}
		assert.Equal(t, r, after[id], id)
	}
}

// TestTenantsKnowTheirPrefixes looks at what serving and training start with. In
// a preview the names of buckets are not known yet.
func TestTenantsKnowTheirPrefixes(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		record := recorded(t, stack, "up")
		for _, name := range defined(t, stack) {
			prefix := "mlops-" + stack + "-tenant-" + name + "-"
			for _, part := range []string{"inference", "training"} {
				data, _ := record.One(t, "kubernetes:core/v1:ConfigMap", prefix+part+"-config").Prop("data").(map[string]any)
				require.NotEmpty(t, data, part)
				for variable, role := range map[string]string{"RAW_URI": "raw", "PROCESSED_URI": "processed", "MODELS_URI": "models"} {
					assert.Regexp(t, "^s3://[a-z0-9-]*"+role+"[a-z0-9-]*/tenants/"+name+"$", data[variable], "%s of %s", variable, part)
				}
				models, _ := data["MODELS_URI"].(string)
				model, _ := data["MODEL_URI"].(string)
				assert.True(t, strings.HasPrefix(model, models+"/"), "%s is not below %s", model, models)
			}
		}
	}
}
