package preflight_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/preflight"
)

func TestEnforcersOfNetworkPolicies(t *testing.T) {
	t.Parallel()
	const none = "nothing that enforces network policies was recognised"
	node := func(version, args string) object {
		return object{"metadata": object{"name": "n", "annotations": object{"k3s.io/node-args": args}}, "status": object{"nodeInfo": object{"kubeletVersion": version}}}
	}
	for name, c := range map[string]struct {
		set  object
		node object
		want string // empty: enforced
	}{
		"calico":                   {set: set("calico-system", "calico-node", "quay.io/calico/node:v3.30.0", 3)},
		"calico of RKE2":           {set: set("kube-system", "rke2-canal", "rancher/hardened-calico:v3.30.0-build1", 1)},
		"calico that does not run": {set: set("calico-system", "calico-node", "quay.io/calico/node:v3.30.0", 0), want: "Calico is installed and no pod of it is ready"},
		"cilium with a digest":     {set: set("kube-system", "cilium", "quay.io/cilium/cilium:v1.18.0@sha256:0123456789abcdef", 1)},
		"kindnet of kind 0.24":     {set: set("kube-system", "kindnet", "docker.io/kindest/kindnetd:v20240813-c6f155d6", 1)},
		"kindnet of kind 0.23":     {set: set("kube-system", "kindnet", "docker.io/kindest/kindnetd:v20240513-cd2ac642", 1), want: none},
		"kube-network-policies":    {set: set("kube-system", "policies", "registry.k8s.io/networking/kube-network-policies:v1.0.0", 1)},
		"kube-router":              {set: set("kube-system", "kube-router", "docker.io/cloudnativelabs/kube-router:v2.5.0", 1, "--run-firewall=true")},
		"kube-router, routes only": {set: set("kube-system", "kube-router", "docker.io/cloudnativelabs/kube-router:v2.5.0", 1, "--run-firewall=false"), want: none},
		"antrea":                   {set: set("kube-system", "antrea-agent", "registry.example:5000/antrea/antrea-agent-ubuntu:v2.3.0", 1)},
		"weave":                    {set: set("kube-system", "weave-net", "weaveworks/weave-npc:2.8.1", 1)},
		"EKS, switched on":         {set: set("kube-system", "aws-node", "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-network-policy-agent:v1.2.0", 2, "--enable-network-policy=true")},
		"EKS, as it comes":         {set: set("kube-system", "aws-node", "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-network-policy-agent:v1.2.0", 2, "--enable-network-policy=false"), want: none},
		"GKE Dataplane V2":         {set: set("kube-system", "anetd", "gke.gcr.io/some/image:1", 1)},
		"anetd of someone else":    {set: set("team-a", "anetd", "registry.example/anetd:1", 1), want: none},
		"Azure":                    {set: set("kube-system", "azure-npm", "mcr.microsoft.com/containernetworking/azure-npm:v1.5.0", 1)},
		"OpenShift":                {set: set("openshift-ovn-kubernetes", "ovnkube-node", "quay.io/openshift@sha256:0123456789abcdef", 1)},
		"flannel":                  {set: set("kube-flannel", "kube-flannel-ds", "ghcr.io/flannel-io/flannel:v0.27.0", 1), want: none},
		"k3s":                      {node: node("v1.35.1+k3s1", `["server"]`)},
		"k3s, switched off":        {node: node("v1.35.1+k3s1", `["server","--disable-network-policy"]`), want: none},
		"nothing":                  {want: none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := sound()
			found.sets, found.nodes = nil, nil
			if c.set != nil {
				found.sets = []any{c.set}
			}
			if c.node != nil {
				found.nodes = []any{c.node}
			}
			kubeconfig, _ := start(t, found)
			err := preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			refused(t, err, 1, "kubernetes.networkPolicyEnforced: ", c.want)
		})
	}
}
