package conformance_test

import (
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// workload is a kind of pod.
type workload struct {
	name string
	spec corev1.PodSpec
	// gpu says that it requests a GPU, tolerates that it tolerates their taint
	// by itself.
	gpu, tolerates bool
	// roles are those of the nodes it may run on, in the order of scheduling.Roles.
	roles []scheduling.Role
}

// pod returns one pod of the kind. It needs next to nothing of a node but the
// GPU, so that only the rules decide where it runs, and no room.
func (w workload) pod(name string) *corev1.Pod {
	spec := w.spec.DeepCopy()
	spec.ServiceAccountName, spec.Volumes = "", nil
	for i := range spec.Containers {
		container := &spec.Containers[i]
		container.VolumeMounts = nil
		for _, amounts := range []corev1.ResourceList{container.Resources.Requests, container.Resources.Limits} {
			for key := range amounts {
				switch key {
				case scheduling.GPUResource:
				case corev1.ResourceCPU:
					amounts[key] = resource.MustParse("1m")
				default:
					amounts[key] = resource.MustParse("1Mi")
				}
			}
		}
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"conformance": "scheduling"}},
		Spec:       *spec,
	}
}

// trainers are tenants of every kind of training, on top of those there are.
var trainers = []struct {
	name string
	gpus int
	spot bool
}{{"cpu-trainer", 0, false}, {"spot-trainer", 0, true}, {"gpu-trainer", 1, false}, {"gpu-spot-trainer", 1, true}}

// withTrainers returns the definitions of the repository and those of trainers.
func withTrainers(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := fs.Glob(tenants.Definitions, tenants.Folder+"/*")
	require.NoError(t, err)
	for _, name := range entries {
		data, err := fs.ReadFile(tenants.Definitions, name)
		require.NoError(t, err)
		files[name] = &fstest.MapFile{Data: data}
	}
	for _, trainer := range trainers {
		files[tenants.Folder+"/"+trainer.name+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, `
name: %s
owners: [team@example.com]
costCenter: cc-1
image: {repository: inference, tag: 1.0.0}
quota: {gpus: 1}
training: {enabled: true, gpus: %d, spot: %t}
`, trainer.name, trainer.gpus, trainer.spot)}
	}
	return files
}

// workloads are the pods of the stack's tenants, those of tenants that train in
// every other way, and pods that people start by hand.
func (p platform) workloads(t *testing.T) []workload {
	t.Helper()
	var kinds []workload
	for _, tenant := range p.tenants(t) {
		kinds = append(kinds, p.inference(t, p.Stack, tenant.Name))
		if tenant.Training.Enabled {
			kinds = append(kinds, p.training(t, p.Stack, tenant.Name, tenant.Training.GPUs > 0, tenant.Training.Spot))
		}
	}
	others := harness.Load(t, p.Name, withTrainers(t))
	for _, trainer := range trainers {
		kinds = append(kinds, p.training(t, others, trainer.name, trainer.gpus > 0, trainer.spot))
	}
	bare := small("").Spec
	bare.Containers[0].Resources.Limits[scheduling.GPUResource] = resource.MustParse("1")
	bare.Containers[0].Resources.Requests[scheduling.GPUResource] = resource.MustParse("1")
	return append(kinds,
		workload{name: "plain", spec: small("").Spec, roles: []scheduling.Role{scheduling.RoleSystem, scheduling.RoleCPU}},
		workload{name: "bare-gpu", spec: bare, gpu: true, roles: []scheduling.Role{scheduling.RoleGPU}})
}

// strict says that the nodes of the stack carry roles that its pods must keep to.
func (p platform) strict() bool {
	return p.Settings.Substrate == settings.SubstrateAWS || p.Settings.Kubernetes.NodeRoles
}

func (p platform) inference(t *testing.T, stack harness.Stack, tenant string) workload {
	roles := []scheduling.Role{scheduling.RoleCPU}
	if !p.strict() {
		roles = []scheduling.Role{scheduling.RoleSystem, scheduling.RoleCPU}
	}
	o := find(t, stack, "Deployment", tenant, "inference")
	return workload{name: tenant + "-inference", spec: templateOf(t, o).Spec, roles: roles}
}

// training needs GPU nodes for GPUs and takes spot nodes only when it says so.
// Without roles it takes every node that is not set aside for others.
func (p platform) training(t *testing.T, stack harness.Stack, tenant string, gpu, spot bool) workload {
	roles := []scheduling.Role{scheduling.RoleCPU}
	switch {
	case gpu:
		roles = []scheduling.Role{scheduling.RoleGPU}
	case spot && p.strict():
		roles = []scheduling.Role{scheduling.RoleSpot}
	case spot:
		roles = []scheduling.Role{scheduling.RoleSystem, scheduling.RoleCPU, scheduling.RoleSpot}
	case !p.strict():
		roles = []scheduling.Role{scheduling.RoleSystem, scheduling.RoleCPU}
	}
	o := find(t, stack, "CronJob", tenant, "training")
	return workload{name: tenant + "-training", spec: templateOf(t, o).Spec, gpu: gpu, tolerates: gpu, roles: roles}
}

// find returns one object of a stack.
func find(t *testing.T, stack harness.Stack, kind, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	i := slices.IndexFunc(stack.Objects, func(o *unstructured.Unstructured) bool {
		return o.GetKind() == kind && o.GetNamespace() == namespace && o.GetName() == name
	})
	require.GreaterOrEqual(t, i, 0, "no %s %s/%s", kind, namespace, name)
	return stack.Objects[i]
}

// templateOf returns the pod template of an object that has one.
func templateOf(t *testing.T, o *unstructured.Unstructured) corev1.PodTemplateSpec {
	t.Helper()
	template, found := templateIn(t, o)
	require.True(t, found, "no template in "+harness.Describe(o))
	return template
}

// templateIn returns the pod template of an object and whether it has one.
func templateIn(t *testing.T, o *unstructured.Unstructured) (corev1.PodTemplateSpec, bool) {
	t.Helper()
	switch o.GetKind() {
	case "CronJob":
		return decode[batchv1.CronJob](t, o).Spec.JobTemplate.Spec.Template, true
	case "DaemonSet", "Deployment", "Job", "StatefulSet":
		// They all have it in the same place.
		return decode[appsv1.Deployment](t, o).Spec.Template, true
	default:
		return corev1.PodTemplateSpec{}, false
	}
}
