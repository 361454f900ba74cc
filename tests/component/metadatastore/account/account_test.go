package account_test

import (
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore/account"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/stores"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

const (
	policyType      = "aws:iam/rolePolicy:RolePolicy"
	roleType        = "aws:iam/role:Role"
	associationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
)

func run(t *testing.T, change func(*account.ProvisionerArgs), tenants ...string) *harness.Recorder {
	t.Helper()
	args := valid.Provisioner()
	if change != nil {
		change(args)
	}
	return harness.Run(t, valid.Accounts(args, tenants...))
}

func TestWhatIsBuilt(t *testing.T) {
	t.Parallel()
	record := run(t, nil, "fraud", "fraud-eu")
	built := map[string]int{}
	for _, r := range record.Resources() {
		built[r.Type]++
	}
	assert.Equal(t, map[string]int{
		account.ProvisionerToken: 1, account.Token: 2, workloadidentity.Token: 1,
		stores.NamespaceType: 1, stores.AccountType: 1, stores.PolicyType: 2, stores.JobType: 2,
		roleType: 1, policyType: 1, associationType: 1,
	}, built)
	assert.Empty(t, record.Invokes())
	require.NoError(t, guard.Evaluate(record.GuardResources(), nil, guard.Options{AllowDefaultProviders: true}).Err())
	association := record.One(t, associationType, "accounts-identity-association")
	assert.Equal(t, "metadata-store", association.Prop("namespace"))
	assert.Equal(t, "metadata-store-accounts", association.Prop("serviceAccount"))
	assert.Equal(t, "metadata-store-accounts", record.One(t, stores.AccountType, "accounts-service-account").Prop("metadata.name"))
	for _, before := range []string{"accounts-identity-association", "accounts-identity-policy", "accounts-allow-provisioning"} {
		harness.AssertDependsOn(t, record.One(t, account.Token, "account-fraud"), before)
	}
}

// The jobs reach the database, their credentials, Secrets Manager and DNS.
func TestNamespaceIsClosed(t *testing.T) {
	t.Parallel()
	record := run(t, nil)
	deny := record.One(t, stores.PolicyType, "accounts-default-deny")
	assert.Equal(t, map[string]any{"podSelector": map[string]any{}, "policyTypes": []any{"Ingress", "Egress"}}, deny.Prop("spec"))
	allow := record.One(t, stores.PolicyType, "accounts-allow-provisioning")
	port := func(number float64, protocol string) map[string]any {
		return map[string]any{"port": number, "protocol": protocol}
	}
	block := func(cidr string) map[string]any { return map[string]any{"ipBlock": map[string]any{"cidr": cidr}} }
	assert.Equal(t, map[string]any{
		"podSelector": map[string]any{"matchLabels": map[string]any{
			"app.kubernetes.io/name": "metadata-store-accounts", "app.kubernetes.io/component": "provisioning",
		}},
		"policyTypes": []any{"Egress"},
		"egress": []any{
			map[string]any{"to": []any{block("10.0.48.0/24"), block("10.0.49.0/24")}, "ports": []any{port(5432, "TCP")}},
			map[string]any{"to": []any{block("169.254.170.23/32")}, "ports": []any{port(80, "TCP")}},
			map[string]any{"to": []any{block("0.0.0.0/0")}, "ports": []any{port(443, "TCP")}},
			map[string]any{"to": []any{map[string]any{
				"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "kube-system"}},
				"podSelector":       map[string]any{"matchLabels": map[string]any{"k8s-app": "kube-dns"}},
			}}, "ports": []any{port(53, "UDP"), port(53, "TCP")}},
		},
	}, allow.Prop("spec"))
	labels := record.One(t, stores.NamespaceType, "accounts-namespace").Prop("metadata.labels").(map[string]any)
	assert.Equal(t, "restricted", labels["pod-security.kubernetes.io/enforce"])
}

// The role of the jobs reads one secret by its key, and logs in as one user.
func TestRoleIsNarrow(t *testing.T) {
	t.Parallel()
	policy := run(t, func(args *account.ProvisionerArgs) { args.Region, args.Partition = "cn-north-1", "aws-cn" })
	assert.Equal(t, []map[string]any{
		{
			"Sid": "ReadMasterSecret", "Effect": "Allow", "Action": []any{"secretsmanager:GetSecretValue"},
			"Resource": []any{"arn:aws:secretsmanager:eu-west-1:111111111111:secret:metadata"},
		},
		{
			"Sid": "UseKeyThroughSecretsManager", "Effect": "Allow", "Action": []any{"kms:Decrypt"},
			"Resource":  []any{"arn:aws:kms:eu-west-1:111111111111:key/metadata"},
			"Condition": map[string]any{"StringEquals": map[string]any{"kms:ViaService": []any{"secretsmanager.cn-north-1.amazonaws.com.cn"}}},
		},
		{
			"Sid": "ConnectAsMaster", "Effect": "Allow", "Action": []any{"rds-db:connect"},
			"Resource": []any{"arn:aws-cn:rds-db:cn-north-1:111111111111:dbuser:db-METADATA/mlops"},
		},
	}, harness.Statements(t, policy.One(t, policyType, "accounts-identity-policy"), "policy"))
}

func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	stores.AssertRestricted(t, run(t, nil, "fraud"))
}

func TestJob(t *testing.T) {
	t.Parallel()
	record := run(t, func(args *account.ProvisionerArgs) {
		args.Image, args.CLIImage, args.Namespace = "example.com/postgres:17.1", "example.com/aws-cli:2", "databases"
	}, "fraud-eu")
	job := record.One(t, stores.JobType, "account-fraud-eu-job")
	assert.Regexp(t, "^account-fraud-eu-[0-9a-f]{8}$", job.Prop("metadata.name"))
	assert.Equal(t, "databases", job.Prop("metadata.namespace"))
	pod := job.Prop("spec.template.spec").(map[string]any)
	assert.Equal(t, map[string]any{"role": "system"}, pod["nodeSelector"])
	assert.Equal(t, "metadata-store-accounts", pod["serviceAccountName"])
	assert.Equal(t, []any{map[string]any{"name": "tmp", "emptyDir": map[string]any{"medium": "Memory", "sizeLimit": "32Mi"}}}, pod["volumes"])
	first, script := pod["initContainers"].([]any)[0].(map[string]any), harness.Container(t, job)
	assert.Equal(t, "example.com/aws-cli:2", first["image"])
	assert.Equal(t, "example.com/postgres:17.1", script["image"])
	assert.Equal(t, map[string]string{
		"HOME": "/tmp", "WAIT_SECONDS": "180", "AWS_REGION": "eu-west-1",
		"MASTER_SECRET": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:metadata", "MASTER_USER": "mlops",
		"PGHOST": "metadata.abc.eu-west-1.rds.amazonaws.com", "PGPORT": "5432",
	}, variables(first))
	assert.Equal(t, map[string]string{
		"HOME": "/tmp", "WAIT_SECONDS": "180", "CA_CERTIFICATE": "authority",
		"PGHOST": "metadata.abc.eu-west-1.rds.amazonaws.com", "PGPORT": "5432", "PGDATABASE": "mlops",
		"PGSSLMODE": "verify-full", "PGCONNECT_TIMEOUT": "5",
		"TENANT_USER": "tenant_fraud-eu", "TENANT_CONNECTIONS": "20",
	}, variables(script))
	for file, container := range map[string]map[string]any{"secret.sh": first, "account.sh": script} {
		text, err := os.ReadFile("../../../../components/metadatastore/account/" + file)
		require.NoError(t, err)
		assert.Equal(t, []any{"/bin/sh", "-c", string(text)}, container["command"], file)
	}
}

func variables(container map[string]any) map[string]string {
	all := map[string]string{}
	for _, item := range container["env"].([]any) {
		variable := item.(map[string]any)
		all[variable["name"].(string)], _ = variable["value"].(string)
	}
	return all
}

// A database that takes the place of another has no accounts, whatever its address.
func TestNewDatabaseGetsAccounts(t *testing.T) {
	t.Parallel()
	name := func(change func(*account.ProvisionerArgs)) any {
		return run(t, change, "fraud").One(t, stores.JobType, "account-fraud-job").Prop("metadata.name")
	}
	before := name(nil)
	assert.Equal(t, before, name(nil))
	for what, change := range map[string]func(*account.ProvisionerArgs){
		"resource id": func(a *account.ProvisionerArgs) { a.Store.ResourceID = pulumi.String("db-OTHER").ToStringOutput() },
		"CLI image":   func(a *account.ProvisionerArgs) { a.CLIImage = "example.com/aws-cli:3" },
	} {
		assert.NotEqual(t, before, name(change), what)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	args := valid.Provisioner()
	args.NodeSelector = nil
	got := stores.Await(t, nil, func(ctx *pulumi.Context) (pulumi.Map, error) {
		provisioner, err := account.NewProvisioner(ctx, "accounts", args)
		if err != nil {
			return nil, err
		}
		return provisioner.Ref().Outputs(), nil
	})
	assert.Equal(t, map[string]any{
		"namespace": "metadata-store", "host": "metadata.abc.eu-west-1.rds.amazonaws.com", "port": 5432, "database": "mlops",
		"username": "mlops", "secretArn": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:metadata",
		"resourceId": "db-METADATA", "caCertificate": "authority", "region": "eu-west-1",
		"image": postgresql.Images()["17"], "cliImage": "public.ecr.aws/aws-cli/aws-cli:2.31.21", "nodeSelector": map[string]string{},
	}, got.Values)
	assert.Empty(t, got.Secrets)
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		build func(*pulumi.Context) error
		want  string
	}{
		"nothing": {harness.Program(account.NewProvisioner, "accounts", nil), `metadata store provisioner "accounts": ` + harness.Errors(
			`accountId: Required value: must be the AWS account to build in`,
			`clusterName: Required value: the EKS cluster of the jobs`,
			`databaseCidrs: Required value: the ranges of the database's subnets`,
			`region: Required value: must name an AWS region`,
			`store: Required value: the Ref of the database`,
		)},
		"values": {harness.Program(account.NewProvisioner, "accounts", &account.ProvisionerArgs{
			Store: valid.MetadataStoreRef(), ClusterName: pulumi.String("mlops-test"), AccountID: "111111111111", Region: "eu-west-1",
			Namespace: "kube-system", DatabaseCIDRs: []string{"10.0.48.0/24", "10.0.48.1/24", "ten"},
			NodeSelector: map[string]string{"role": "no good"},
		}), `metadata store provisioner "accounts": ` + harness.Errors(
			`databaseCidrs[1]: Invalid value: "10.0.48.1/24": must be an IPv4 range without host bits, such as 10.0.0.0/16`,
			`databaseCidrs[2]: Invalid value: "ten": must be an IPv4 range without host bits, such as 10.0.0.0/16`,
			`namespace: Invalid value: "kube-system": belongs to Kubernetes; the store gets a namespace of its own`,
			`nodeSelector[role]: Invalid value: "no good": a valid label must be an empty string or consist of alphanumeric characters`,
		)},
		"account": {harness.Program(account.New, "account", &account.Args{Connections: 113}),
			`metadata store account "account": ` + harness.Errors(
				`connections: Invalid value: 113: must be from 1 to 112, what the smallest database has for all`,
				`provisioner: Required value: the Ref of the provisioner that makes the account`,
				`tenant: Required value: the name of the tenant, which is also its namespace`,
			)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := harness.RunErr(test.build)
			require.ErrorContains(t, err, test.want)
		})
	}
}
