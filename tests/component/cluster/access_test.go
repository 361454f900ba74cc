package cluster_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/cluster/viewers"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

const (
	entryToken       = "aws:eks/accessEntry:AccessEntry"
	associationToken = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
)

// Proves I9 by Pulumi mocks: a viewer logs in with the policy that reads no Secrets, and a
// group for the rest.
func TestAccess(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.ViewerPrincipalARNs = []string{"arn:aws:iam::111111111111:user/Auditor"}
	recorder := run(t, args)
	for resource, want := range map[string]struct {
		arn, policy string
		groups      any
	}{
		"platform-admin-111111111111-role-deployer":    {args.AdminPrincipalARNs[0], "AmazonEKSClusterAdminPolicy", nil},
		"platform-admin-111111111111-role-break-glass": {args.AdminPrincipalARNs[1], "AmazonEKSClusterAdminPolicy", nil},
		"platform-viewer-111111111111-user-auditor":    {args.ViewerPrincipalARNs[0], "AmazonEKSViewPolicy", []any{"mlops:viewers"}},
	} {
		entry := recorder.One(t, entryToken, resource)
		assert.Equal(t, want.arn, entry.Prop("principalArn"))
		assert.Equal(t, "platform-test", entry.Prop("clusterName"))
		assert.Equal(t, "STANDARD", entry.Prop("type"))
		assert.Equal(t, want.groups, entry.Prop("kubernetesGroups"))
		association := recorder.One(t, associationToken, resource+"-policy")
		assert.Equal(t, want.arn, association.Prop("principalArn"))
		assert.Equal(t, "arn:aws:eks::aws:cluster-access-policy/"+want.policy, association.Prop("policyArn"))
		assert.Equal(t, map[string]any{"type": "cluster"}, association.Prop("accessScope"))
		assert.Contains(t, association.DependsOn, urn(entryToken, resource))
		assert.Contains(t, entry.DependsOn, urn("eks:index:Cluster", "platform-control-plane"))
	}
	assert.Len(t, recorder.OfType(entryToken), 3)
}

// TestViewersReadNoSecrets reads the role whole, in which no Secrets may be.
func TestViewersReadNoSecrets(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, func(ctx *pulumi.Context) error { return viewers.New(ctx, "viewers") })
	read := func(group string, resources ...any) any {
		return map[string]any{"apiGroups": []any{group}, "resources": resources, "verbs": []any{"get", "list", "watch"}}
	}
	assert.Equal(t, []any{
		read("", "configmaps", "endpoints", "events", "limitranges", "namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes",
			"pods", "pods/log", "podtemplates", "replicationcontrollers", "resourcequotas", "serviceaccounts", "services"),
		read("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "validatingadmissionpolicies",
			"validatingadmissionpolicybindings", "validatingwebhookconfigurations"),
		read("apiextensions.k8s.io", "customresourcedefinitions"),
		read("apiregistration.k8s.io", "apiservices"),
		read("apps", "controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"),
		read("autoscaling", "horizontalpodautoscalers"),
		read("batch", "cronjobs", "jobs"),
		read("coordination.k8s.io", "leases"),
		read("discovery.k8s.io", "endpointslices"),
		read("events.k8s.io", "events"),
		read("metrics.k8s.io", "nodes", "pods"),
		read("monitoring.coreos.com", "alertmanagerconfigs", "alertmanagers", "podmonitors", "probes", "prometheuses", "prometheusrules",
			"servicemonitors"),
		read("networking.k8s.io", "ingressclasses", "ingresses", "networkpolicies"),
		read("policy", "poddisruptionbudgets"),
		read("rbac.authorization.k8s.io", "clusterrolebindings", "clusterroles", "rolebindings", "roles"),
		read("scheduling.k8s.io", "priorityclasses"),
		read("storage.k8s.io", "csidrivers", "csinodes", "storageclasses", "volumeattachments"),
	}, recorder.One(t, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "viewers-role").Prop("rules"))
	binding := recorder.One(t, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "viewers-role-binding")
	assert.Equal(t, map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "mlops-viewers"},
		binding.Prop("roleRef"))
	assert.Equal(t, []any{map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "mlops:viewers"}},
		binding.Prop("subjects"))
}

// TestPrincipalGroups is about S6: members of a group can log in.
func TestPrincipalGroups(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.PrincipalGroups = map[string][]string{
		"arn:aws:iam::111111111111:role/team/Science": {"science", "data"},
		"arn:aws:iam::111111111111:user/ada":          {"data"},
	}
	recorder := run(t, args)
	assert.Len(t, recorder.OfType(entryToken), 4)
	assert.Len(t, recorder.OfType(associationToken), 2, "a group is all a member gets")
	for resource, want := range map[string]map[string]any{
		"platform-groups-111111111111-role-science": {"principalArn": "arn:aws:iam::111111111111:role/team/Science", "kubernetesGroups": []any{"data", "science"}},
		"platform-groups-111111111111-user-ada":     {"principalArn": "arn:aws:iam::111111111111:user/ada", "kubernetesGroups": []any{"data"}},
	} {
		entry := recorder.One(t, entryToken, resource)
		for path, value := range want {
			assert.Equal(t, value, entry.Prop(path), resource)
		}
		assert.Equal(t, "platform-test", entry.Prop("clusterName"))
		assert.Equal(t, "STANDARD", entry.Prop("type"))
	}
	for _, admin := range []string{"deployer", "break-glass"} {
		assert.Nil(t, recorder.One(t, entryToken, "platform-admin-111111111111-role-"+admin).Prop("kubernetesGroups"))
	}

	args.PrincipalGroups = map[string][]string{
		"arn:aws:iam::111111111111:role/Deployer":    {"science"},
		"arn:aws:iam::111111111111:role/a":           {},
		"arn:aws:iam::111111111111:role/b":           {"system:masters", "x", "x", ""},
		"arn:aws:iam::222222222222:role/c":           {"x"},
		"arn:aws:sts::111111111111:assumed-role/d/e": {"x"},
	}
	_, err := harness.RunErr(program(args), valid.ControlPlane(harness.Stack))
	for _, line := range []string{
		`principalGroups[arn:aws:iam::111111111111:role/Deployer]: Duplicate value: "arn:aws:iam::111111111111:role/Deployer"`,
		`principalGroups[arn:aws:iam::111111111111:role/a]: Required value: at least one Kubernetes group`,
		`principalGroups[arn:aws:iam::111111111111:role/b][0]: Invalid value: "system:masters": must not start with "system:": such groups and users belong to Kubernetes`,
		`principalGroups[arn:aws:iam::111111111111:role/b][2]: Duplicate value: "x"`,
		`principalGroups[arn:aws:iam::111111111111:role/b][3]: Required value: the name of a group`,
		`principalGroups[arn:aws:iam::222222222222:role/c]: Invalid value: "arn:aws:iam::222222222222:role/c": must be in account 111111111111`,
		`principalGroups[arn:aws:sts::111111111111:assumed-role/d/e]: Invalid value: "arn:aws:sts::111111111111:assumed-role/d/e": must be the ARN of an IAM role or user`,
	} {
		assert.ErrorContains(t, err, line)
	}
}

func TestKubeconfig(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.CredentialProfile = "ops"
	args.CredentialRoleARN = "arn:aws:iam::111111111111:role/deployer"
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		c, err := cluster.New(ctx, name, args)
		if err != nil {
			return err
		}
		return probe(ctx, pulumi.Map{"kubeconfig": c.Kubeconfig()})
	}, valid.ControlPlane(harness.Stack))

	probed := recorder.One(t, probeToken, "probe")
	for _, admin := range []string{"deployer", "break-glass"} {
		assert.Contains(t, probed.DependsOn, urn(associationToken, "platform-admin-111111111111-role-"+admin+"-policy"))
	}
	text, ok := probed.Prop("kubeconfig").(string)
	require.True(t, ok)
	var parsed map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	assert.Equal(t, map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": "platform-test",
		"clusters": []any{map[string]any{"name": "platform-test", "cluster": map[string]any{
			"server": valid.ClusterEndpoint, "certificate-authority-data": valid.ClusterCertificateAuthority,
		}}},
		"contexts": []any{map[string]any{"name": "platform-test", "context": map[string]any{
			"cluster": "platform-test", "user": "platform-test",
		}}},
		"users": []any{map[string]any{"name": "platform-test", "user": map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1",
			"command":    "aws",
			"args": []any{
				"eks", "get-token", "--cluster-name", "platform-test", "--region", "eu-west-1", "--output", "json",
				"--role-arn", "arn:aws:iam::111111111111:role/deployer",
			},
			"env":             []any{map[string]any{"name": "AWS_PROFILE", "value": "ops"}},
			"interactiveMode": "Never",
		}}}},
	}, parsed)
}

const probeToken = "test:index:Probe"

// probe is a custom resource that records what reached it.
func probe(ctx *pulumi.Context, inputs pulumi.Map) error {
	var resource pulumi.CustomResourceState
	return ctx.RegisterResource(probeToken, "probe", inputs, &resource)
}
