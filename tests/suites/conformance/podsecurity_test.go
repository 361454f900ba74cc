package conformance_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// violation is one way to break the Pod Security Standard "restricted".
type violation struct {
	name string
	// make puts it into a pod that is allowed.
	make func(*corev1.PodSpec)
	// named is how the API server calls it.
	named string
}

func violations() []violation {
	container := func(change func(*corev1.SecurityContext)) func(*corev1.PodSpec) {
		return func(pod *corev1.PodSpec) { change(pod.Containers[0].SecurityContext) }
	}
	yes, no, root := true, false, int64(0)
	return []violation{
		{"privileged", container(func(c *corev1.SecurityContext) { c.Privileged, c.AllowPrivilegeEscalation = &yes, nil }), "privileged"},
		{"hostPath", func(pod *corev1.PodSpec) {
			pod.Volumes = []corev1.Volume{{Name: "host", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/"}}}}
		}, "restricted volume types"},
		{"hostNetwork", func(pod *corev1.PodSpec) { pod.HostNetwork = true }, "host namespaces (hostNetwork=true)"},
		{"hostPID", func(pod *corev1.PodSpec) { pod.HostPID = true }, "host namespaces (hostPID=true)"},
		{"hostIPC", func(pod *corev1.PodSpec) { pod.HostIPC = true }, "host namespaces (hostIPC=true)"},
		{"hostPort", func(pod *corev1.PodSpec) {
			pod.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 8080, HostPort: 8080}}
		}, "hostPort"},
		{"root user", func(pod *corev1.PodSpec) { pod.SecurityContext.RunAsUser = &root }, "runAsUser=0"},
		{"may be root", func(pod *corev1.PodSpec) { pod.SecurityContext.RunAsNonRoot = nil }, "runAsNonRoot != true"},
		{"says it may be root", container(func(c *corev1.SecurityContext) { c.RunAsNonRoot = &no }), "runAsNonRoot != true"},
		{"added capability", container(func(c *corev1.SecurityContext) { c.Capabilities.Add = []corev1.Capability{"NET_ADMIN"} }), "unrestricted capabilities"},
		{"kept capabilities", container(func(c *corev1.SecurityContext) { c.Capabilities = nil }), "unrestricted capabilities"},
		{"privilege escalation", container(func(c *corev1.SecurityContext) { c.AllowPrivilegeEscalation = &yes }), "allowPrivilegeEscalation != false"},
		{"privilege escalation by default", container(func(c *corev1.SecurityContext) { c.AllowPrivilegeEscalation = nil }), "allowPrivilegeEscalation != false"},
		{"no seccomp profile", func(pod *corev1.PodSpec) { pod.SecurityContext.SeccompProfile = nil }, "seccompProfile"},
		{"unconfined seccomp profile", container(func(c *corev1.SecurityContext) {
			c.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeUnconfined}
		}), "seccompProfile"},
		{"unmasked /proc", func(pod *corev1.PodSpec) {
			unmasked := corev1.UnmaskedProcMount
			pod.HostUsers, pod.Containers[0].SecurityContext.ProcMount = &no, &unmasked
		}, "procMount"},
		{"sysctl", func(pod *corev1.PodSpec) {
			pod.SecurityContext.Sysctls = []corev1.Sysctl{{Name: "kernel.msgmax", Value: "1"}}
		}, "forbidden sysctls"},
		{"init container", func(pod *corev1.PodSpec) {
			init := *pod.Containers[0].DeepCopy()
			init.Name, init.SecurityContext.AllowPrivilegeEscalation = "init", &yes
			pod.InitContainers = []corev1.Container{init}
		}, `container "init"`},
	}
}

// podSecurity shows that the namespaces of tenants enforce the Pod Security
// Standard "restricted": a pod is refused for each violation alone.
func (p platform) podSecurity(t *testing.T) {
	for _, tenant := range p.tenants(t) {
		t.Run(tenant.Name, func(t *testing.T) {
			pods := p.Client.CoreV1().Pods(tenant.Name)
			_, err := pods.Create(context.Background(), p.own(tenant.Name, "podsecurity"), dryRun)
			require.NoError(t, err, "the pod without a violation")
			for _, f := range violations() {
				t.Run(f.name, func(t *testing.T) {
					pod := p.own(tenant.Name, "podsecurity")
					f.make(&pod.Spec)
					_, err := pods.Create(context.Background(), pod, dryRun)
					require.True(t, apierrors.IsForbidden(err), "%v", err)
					assert.ErrorContains(t, err, `violates PodSecurity "restricted:latest": `)
					assert.ErrorContains(t, err, f.named)
				})
			}
			t.Run("warning", func(t *testing.T) { p.warned(t, tenant.Name) })
		})
	}
}

// warned shows that whoever makes a Deployment of such pods hears of it at
// once, and not only when no pod appears.
func (p platform) warned(t *testing.T, namespace string) {
	heard := &warnings{}
	config := rest.CopyConfig(p.Config)
	config.WarningHandler = heard
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	pod := small("podsecurity")
	pod.Spec.HostNetwork = true
	labels := map[string]string{"conformance": "podsecurity"}
	_, err = client.AppsV1().Deployments(namespace).Create(context.Background(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "podsecurity"},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: pod.Spec},
		},
	}, dryRun)
	require.NoError(t, err)
	assert.Contains(t, heard.String(), `would violate PodSecurity "restricted:latest": host namespaces`)
}

// warnings keeps what the API server warns of.
type warnings struct {
	lock sync.Mutex
	text string
}

func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.text += text + "\n"
}

func (w *warnings) String() string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.text
}
