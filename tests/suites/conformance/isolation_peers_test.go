package conformance_test

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/minio"
	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
	mocks "github.com/mlops-iac/mlops/tests/harness" // it says what AWS would
	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

// definitions are the tenants of the stack.
func (p platform) definitions(t *testing.T) []tenants.Tenant {
	t.Helper()
	all, err := tenants.Load(tenants.Definitions, p.Name)
	require.NoError(t, err)
	only := p.Settings.Tenants.Only
	return slices.DeleteFunc(all, func(one tenants.Tenant) bool { return len(only) > 0 && !slices.Contains(only, one.Name) })
}

// standIns makes pods for those that do not run here by themselves: what charts
// install, which gets the labels that its chart gives it, and jobs, which are
// done at once on simulated nodes, and done pods have no network.
func (p platform) standIns(t *testing.T) []actor {
	t.Helper()
	pods := []struct {
		namespace, name string
		labels          map[string]string
		as              actor
	}{
		{"monitoring", "prometheus", map[string]string{"app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": "monitoring"}, actor{role: rolePrometheus}},
		{"monitoring", "grafana", map[string]string{"app.kubernetes.io/name": "grafana"}, actor{role: roleStranger}},
		{"ingress-nginx", "controller", map[string]string{"app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller"}, actor{role: p.controllerRole()}},
		{"kube-system", "dns", map[string]string{"k8s-app": "kube-dns"}, actor{role: roleDNS}},
		{"kube-system", "system", map[string]string{"k8s-app": "metrics-server"}, actor{role: roleStranger}},
		// The labels alone must open nothing: the namespace counts too.
		{"default", "stranger", map[string]string{"app.kubernetes.io/name": "prometheus", "k8s-app": "kube-dns"}, actor{role: roleStranger}},
	}
	var actors []actor
	for _, pod := range pods {
		p.ensureNamespace(t, pod.namespace)
		actors = append(actors, p.placeholder(t, pod.namespace, pod.name, pod.labels, pod.as))
	}
	for _, one := range p.definitions(t) {
		if !one.Training.Enabled {
			continue
		}
		job, err := p.Client.BatchV1().CronJobs(one.Name).Get(context.Background(), tenant.TrainingName, metav1.GetOptions{})
		require.NoError(t, err)
		actors = append(actors, p.placeholder(t, one.Name, "training", job.Spec.JobTemplate.Spec.Template.Labels, actor{role: roleTraining, tenant: one.Name}))
	}
	if p.Settings.Substrate != settings.SubstrateAWS {
		actors = append(actors, p.provisioning(t, minio.DefaultNamespace, roleObjectJob), p.provisioning(t, postgresql.DefaultNamespace, roleMetadataJob))
	}
	return actors
}

// controllerRole: on AWS load balancers send straight to pods, and a controller
// in the cluster is nobody.
func (p platform) controllerRole() actorRole {
	if p.Settings.Substrate == settings.SubstrateAWS {
		return roleStranger
	}
	return roleIngress
}

func (p platform) provisioning(t *testing.T, namespace string, as actorRole) actor {
	t.Helper()
	jobs, err := p.Client.BatchV1().Jobs(namespace).List(context.Background(), metav1.ListOptions{})
	require.NoError(t, err)
	require.NotEmpty(t, jobs.Items, namespace)
	return p.placeholder(t, namespace, "provisioning", jobs.Items[0].Spec.Template.Labels, actor{role: as})
}

func (p platform) ensureNamespace(t *testing.T, name string) {
	t.Helper()
	namespaces := p.Client.CoreV1().Namespaces()
	_, err := namespaces.Create(context.Background(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return
	}
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, namespaces.Delete(context.Background(), name, metav1.DeleteOptions{}))
	})
}

// placeholder runs a pod that is nothing but its labels and its address.
func (p platform) placeholder(t *testing.T, namespace, name string, labels map[string]string, as actor) actor {
	t.Helper()
	pods := p.Client.CoreV1().Pods(namespace)
	pod := p.own(namespace, "isolation-"+name)
	pod.Labels = labels
	pod.Spec.TerminationGracePeriodSeconds = new(int64)
	// The quota may be used up for a moment by other checks.
	p.Await(t, 60*time.Second, "there is room for "+pod.Name+" in "+namespace, func(ctx context.Context) error {
		_, err := pods.Create(ctx, pod, metav1.CreateOptions{})
		return err
	})
	t.Cleanup(func() {
		require.NoError(t, pods.Delete(context.Background(), pod.Name, metav1.DeleteOptions{}))
	})
	var live *corev1.Pod
	p.Await(t, 30*time.Second, pod.Name+" runs in "+namespace, func(ctx context.Context) error {
		var err error
		if live, err = pods.Get(ctx, pod.Name, metav1.GetOptions{}); err != nil {
			return err
		}
		if !podRuns(*live) {
			return apierrors.NewServiceUnavailable("the pod is " + string(live.Status.Phase))
		}
		return nil
	})
	as.Group = namespace + " " + name
	return p.actor(t, *live, as)
}

// outside are addresses that are not those of pods, inside and just outside of
// every range that a policy may name.
func (p platform) outside(t *testing.T) []actor {
	t.Helper()
	service, err := p.Client.CoreV1().Services("default").Get(context.Background(), "kubernetes", metav1.GetOptions{})
	require.NoError(t, err)
	list := []actor{
		outsider("internet", "203.0.113.10", rolePublic),
		outsider("private network", "192.168.10.10", roleStranger),
		outsider("shared range", "100.64.0.10", roleStranger),
		outsider("instance metadata", "169.254.169.254", roleStranger),
		outsider("API server", service.Spec.ClusterIP, roleStranger),
	}
	for _, one := range p.definitions(t) {
		for _, egress := range one.Network.Egress {
			cidr, err := netip.ParsePrefix(egress.CIDR)
			require.NoError(t, err)
			list = append(list, located("range of "+one.Name, cidr.Addr().Next(), rolePublic), located("beside that range", behind(cidr), rolePublic))
		}
	}
	if p.Settings.Substrate == settings.SubstrateAWS {
		list = append(list, p.inVPC(t)...)
	}
	return list
}

func (p platform) inVPC(t *testing.T) []actor {
	t.Helper()
	layout, err := networkspec.Plan(p.Settings.Network.CIDR, len(p.Settings.Network.Zones))
	require.NoError(t, err)
	list := []actor{
		outsider("pod identity agent", "169.254.170.23", roleCredentials),
		outsider("beside the agent", "169.254.170.24", roleStranger),
		located("beside load balancers", behind(layout.Public[len(layout.Public)-1]), roleStranger),
		located("private subnet", layout.Private[0].Addr().Next(), roleStranger),
		located("beside databases", layout.Database[0].Addr().Prev(), roleStranger),
		located("beside databases", behind(layout.Database[len(layout.Database)-1]), roleStranger),
	}
	for _, text := range mocks.S3CIDRs() {
		cidr := netip.MustParsePrefix(text)
		list = append(list, located("S3 in "+text, cidr.Addr().Next(), roleS3), located("beside S3 in "+text, behind(cidr), rolePublic))
	}
	for i := range layout.Public {
		list = append(list, located("load balancer", layout.Public[i].Addr().Next(), roleIngress), located("database", layout.Database[i].Addr().Next(), roleMetadataStore))
	}
	return list
}

func outsider(group, text string, as actorRole) actor {
	return located(group, netip.MustParseAddr(text), as)
}

func located(group string, address netip.Addr, as actorRole) actor {
	return actor{Peer: reach.Peer{Name: group + " " + address.String(), Group: group, Address: address}, role: as}
}

// behind is the first address behind a range.
func behind(cidr netip.Prefix) netip.Addr {
	last := cidr.Addr()
	for cidr.Contains(last) {
		last = last.Next()
	}
	return last
}
