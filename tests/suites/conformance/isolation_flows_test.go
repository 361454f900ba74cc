package conformance_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

// actorRole is what somebody is to the platform.
type actorRole string

const (
	roleInference     actorRole = "inference"
	roleTraining      actorRole = "training"
	rolePrometheus    actorRole = "prometheus"
	roleIngress       actorRole = "ingress"
	roleDNS           actorRole = "dns"
	roleObjectStore   actorRole = "object store"
	roleMetadataStore actorRole = "metadata store"
	// roleObjectJob and roleMetadataJob make the accounts of tenants in the stores.
	roleObjectJob   actorRole = "object store job"
	roleMetadataJob actorRole = "metadata store job"
	// roleLogs reads what containers write.
	roleLogs actorRole = "logs"
	// roleCredentials is the agent on the node that hands out those of AWS.
	roleCredentials actorRole = "credentials"
	// roleS3 is an address of S3 in the region.
	roleS3 actorRole = "S3"
	// rolePublic is an address that anybody on the internet may have.
	rolePublic actorRole = "public"
	// roleStranger has no business with tenants or stores.
	roleStranger actorRole = "stranger"
)

// actor is a peer with its role.
type actor struct {
	reach.Peer
	role actorRole
	// tenant it belongs to; empty for none.
	tenant string
	// pod is its name in its namespace; empty outside the cluster.
	pod string
}

// guarded says whether the platform decides who connects from and to it.
func (a actor) guarded() bool {
	return a.tenant != "" || a.IsPod() && slices.Contains([]actorRole{roleObjectStore, roleMetadataStore, roleObjectJob, roleMetadataJob, roleLogs}, a.role)
}

// flow is one thing the platform lets through.
type flow struct {
	why    string
	allows func(from, to actor, port reach.Port) bool
}

// flows are all of them: what none allows must be refused.
type flows []flow

// allow returns why a connection is allowed; "" when it is not.
func (list flows) allow(from, to actor, port reach.Port) string {
	for _, p := range list {
		if p.allows(from, to, port) {
			return p.why
		}
	}
	return ""
}

func tcp(number int) reach.Port { return reach.Port{Protocol: corev1.ProtocolTCP, Number: number} }

func (p platform) flows(t *testing.T) flows {
	serving := map[string]reach.Port{}
	definitions := map[string]tenants.Tenant{}
	for _, one := range p.definitions(t) {
		serving[one.Name], definitions[one.Name] = tcp(one.Port), one
	}
	served := func(from actorRole) func(actor, actor, reach.Port) bool {
		return func(a, b actor, port reach.Port) bool {
			return a.role == from && b.role == roleInference && port == serving[b.tenant]
		}
	}
	list := flows{
		{"a tenant talks to itself", func(a, b actor, _ reach.Port) bool { return a.tenant != "" && a.tenant == b.tenant }},
		{"tenants resolve names", func(a, b actor, port reach.Port) bool {
			return a.tenant != "" && b.role == roleDNS && port.Number == 53
		}},
		{"monitoring scrapes the inference service", served(rolePrometheus)},
		{"requests come from the ingress", served(roleIngress)},
		{"the definition of the tenant opens it", func(a, b actor, port reach.Port) bool {
			return a.tenant != "" && opens(t, definitions[a.tenant], b.Address, port)
		}},
	}
	list = append(list, ofLogs()...)
	if p.Settings.Substrate == settings.SubstrateAWS {
		return append(list, onAWS()...)
	}
	return append(list, inCluster()...)
}

// ofLogs: the addresses of the API server, and of where logs go, are not known
// beforehand, so their ports are open to whoever is not closed himself.
func ofLogs() flows {
	return flows{
		{"monitoring scrapes the readers of logs", func(a, b actor, port reach.Port) bool {
			return a.role == rolePrometheus && b.role == roleLogs && port == tcp(fluentbit.MetricsPort)
		}},
		{"readers of logs resolve names", func(a, b actor, port reach.Port) bool {
			return a.role == roleLogs && b.role == roleDNS && port.Number == 53
		}},
		{"readers of logs ask the API server and send", func(a, b actor, port reach.Port) bool {
			return a.role == roleLogs && !b.guarded() && (port == tcp(443) || port == tcp(6443))
		}},
	}
}

func opens(t *testing.T, one tenants.Tenant, to netip.Addr, port reach.Port) bool {
	for _, egress := range one.Network.Egress {
		cidr, err := netip.ParsePrefix(egress.CIDR)
		require.NoError(t, err)
		if cidr.Contains(to) && slices.ContainsFunc(egress.Ports, func(number int) bool { return port == tcp(number) }) {
			return true
		}
	}
	return false
}

func onAWS() flows {
	return flows{
		fromTenants("tenants reach S3", roleS3, tcp(443)),
		fromTenants("tenants reach the metadata store", roleMetadataStore, tcp(metadatastore.Port)),
		fromTenants("tenants get their credentials", roleCredentials, tcp(tenant.PodIdentityPort)),
		{"readers of logs get their credentials", func(a, b actor, port reach.Port) bool {
			return a.role == roleLogs && b.role == roleCredentials && port == tcp(tenant.PodIdentityPort)
		}},
	}
}

func inCluster() flows {
	return flows{
		fromTenants("tenants reach the object store", roleObjectStore, tcp(minio.Port)),
		fromTenants("tenants reach the metadata store", roleMetadataStore, tcp(postgresql.Port)),
		{"the object store is provisioned", func(a, b actor, port reach.Port) bool {
			return a.role == roleObjectJob && b.role == roleObjectStore && port == tcp(minio.Port)
		}},
		{"the metadata store is provisioned", func(a, b actor, port reach.Port) bool {
			return a.role == roleMetadataJob && b.role == roleMetadataStore && port == tcp(postgresql.Port)
		}},
		{"provisioning resolves names", func(a, b actor, port reach.Port) bool {
			return (a.role == roleObjectJob || a.role == roleMetadataJob) && b.role == roleDNS && port.Number == 53
		}},
	}
}

func fromTenants(why string, to actorRole, at reach.Port) flow {
	return flow{why, func(a, b actor, port reach.Port) bool { return a.tenant != "" && b.role == to && port == at }}
}
