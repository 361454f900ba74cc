package stack_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

const (
	accessEntryType    = "aws:eks/accessEntry:AccessEntry"
	roleBindingType    = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
	clusterBindingType = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
)

// carriers are the principals of every Kubernetes group, from the access entries.
func carriers(record *harness.Recorder) map[string][]string {
	found := map[string][]string{}
	for _, entry := range record.OfType(accessEntryType) {
		groups, _ := entry.Prop("kubernetesGroups").([]any)
		for _, group := range groups {
			arn, _ := entry.Prop("principalArn").(string)
			found[group.(string)] = append(found[group.(string)], arn)
		}
	}
	for _, arns := range found {
		slices.Sort(arns)
	}
	return found
}

// bound are the groups that bindings of the program name.
func bound(record *harness.Recorder) []string {
	found := map[string]bool{}
	for _, binding := range slices.Concat(record.OfType(roleBindingType), record.OfType(clusterBindingType)) {
		subjects, _ := binding.Prop("subjects").([]any)
		for _, subject := range subjects {
			if subject := subject.(map[string]any); subject["kind"] == "Group" {
				found[subject["name"].(string)] = true
			}
		}
	}
	return sortedKeys(found)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// TestEveryGroupHasItsPrincipals is about S6: whoever a RoleBinding names
// can log in, and nobody else can log in as a member of something.
//
// Proves S6 by Pulumi mocks: whoever a RoleBinding names can log in to the cluster.
func TestEveryGroupHasItsPrincipals(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		role := func(name string) []string {
			return []string{"arn:aws:iam::" + parse(t, stack).AWS.AccountID + ":role/" + name}
		}
		found := carriers(record)
		assert.Equal(t, map[string][]string{
			"customer-analytics": role("customer-analytics"), "shop-product-managers": role("shop-product-managers"),
			"quality-inspection": role("quality-inspection"), "plant-engineering": role("plant-engineering"),
			"mlops:viewers": role("platform-viewer"),
		}, found)
		assert.Equal(t, bound(record), sortedKeys(found))
	})
}

const withPeople = "name: tenant-c\nowners: [ada@example.com]\ncostCenter: cc-1\nimage: {repository: inference, tag: 1.0.0}\npeople: "

func TestPeopleWhoCannotLogInAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ people, want string }{
		"a group of nobody": {
			"{editors: {groups: [fraud]}}",
			"tenants[tenant-c].people.editors.principals: Required value: the IAM roles or users that are in the groups: on AWS nobody else can be",
		},
		"a name that EKS does not know": {
			"{viewers: {users: [ada]}}",
			`tenants[tenant-c].people.viewers.users[0]: Invalid value: "ada": must not be used on AWS, where EKS knows nobody by that name: ` +
				"name a group, and its principals",
		},
		"a role of another account": {
			`{viewers: {groups: [fraud], principals: ["arn:aws:iam::999999999999:role/fraud"]}}`,
			`tenants[tenant-c].people.viewers.principals[0]: Invalid value: "arn:aws:iam::999999999999:role/fraud": must be in account 111111111111`,
		},
		"an administrator": {
			"{editors: {groups: [fraud], principals: [role/platform-admin]}}",
			`tenants[tenant-c].people.editors.principals[0]: Invalid value: "role/platform-admin": ` +
				"must not be among cluster.adminPrincipalArns of the stack as well: EKS takes a principal once",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			definitions := withTenant(t, "tenant-c", withPeople+c.people+"\n")
			record, err := build(t, "dev", tree(t, "dev"), platform.Options{Definitions: definitions})
			require.EqualError(t, err, reported(c.want))
			assert.Empty(t, record.Resources())
		})
	}
}

// TestOnePrincipalIsInAllItsGroups names one role in two tenants: EKS has one entry for it.
func TestOnePrincipalIsInAllItsGroups(t *testing.T) {
	t.Parallel()
	definitions := withTenant(t, "tenant-c", withPeople+"{viewers: {groups: [fraud, audit], principals: [role/customer-analytics, user/ada]}}\n")
	record, err := build(t, "dev", tree(t, "dev"), platform.Options{Definitions: definitions})
	require.NoError(t, err)
	analytics, ada := "arn:aws:iam::111111111111:role/customer-analytics", "arn:aws:iam::111111111111:user/ada"
	entry := record.One(t, accessEntryType, "mlops-dev-cluster-groups-111111111111-role-customer-analytics")
	assert.Equal(t, analytics, entry.Prop("principalArn"))
	assert.Equal(t, []any{"audit", "customer-analytics", "fraud"}, entry.Prop("kubernetesGroups"))
	found := carriers(record)
	assert.Equal(t, []string{analytics, ada}, found["fraud"])
	assert.Equal(t, []string{analytics, ada}, found["audit"])
	assert.Equal(t, []string{analytics}, found["customer-analytics"])
}

// TestGroupsOfAnExistingClusterNeedNoPrincipals leaves its login to the cluster.
func TestGroupsOfAnExistingClusterNeedNoPrincipals(t *testing.T) {
	t.Parallel()
	definitions := withTenant(t, "tenant-c", withPeople+"{editors: {groups: [fraud], users: [ada]}}\n")
	record, err := build(t, localStack, tree(t, localStack), platform.Options{Definitions: definitions})
	require.NoError(t, err)
	assert.Contains(t, bound(record), "fraud")
	assert.Empty(t, record.OfType(accessEntryType))
}
