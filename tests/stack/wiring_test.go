package stack_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/harness"
	validcluster "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

const (
	wiredAccount = "333333333333"
	wiredCluster = "arn:aws:eks:eu-west-1:" + wiredAccount + ":cluster/mlops-prod"
	copiesKey    = "arn:aws:kms:eu-central-1:" + wiredAccount + ":key/11111111-2222-3333-4444-555555555555"
)

// wired is stack prod with what no stack file uses, and a value of its own for every
// setting that could stand in place of another.
func wired(t *testing.T) *harness.Recorder {
	t.Helper()
	values := tree(t, "prod")
	for path, value := range map[string]any{
		"protect": true, "retainOnDelete": false, "metadataStore.deletionProtection": false,
		"aws.profile": "deployers", "aws.deployRoleArn": "arn:aws:iam::" + wiredAccount + ":role/mlops-deploy",
		"registry.repositories": []any{
			map[string]any{"name": "inference", "tenants": []any{"tenant-a", "tenant-b"}},
			map[string]any{"name": "training", "tenants": []any{"tenant-b"}},
		},
		"objectStore.replication": map[string]any{
			"destinationBucketArns": map[string]any{"raw": "arn:aws:s3:::copies-raw", "models": "arn:aws:s3:::copies-models"},
			"destinationKeyArn":     copiesKey,
		},
		"addons.dcgmExporter.enabled": false,
	} {
		set(t, values, path, value)
	}
	record, err := build(t, "prod", values, platform.Options{})
	require.NoError(t, err)
	return record
}

// TestWiring reads what each part of a stack on AWS is given of the others.
func TestWiring(t *testing.T) {
	t.Parallel()
	record := wired(t)
	for name, check := range map[string]func(t *testing.T, record *harness.Recorder){
		"provider": wiredProvider, "subnets": wiredSubnets, "database": wiredDatabase, "trust": wiredTrust,
		"protection": wiredProtection, "replication": wiredReplication, "images": wiredImages, "tenants": wiredTenants,
		"alerts": wiredAlerts,
	} {
		t.Run(name, func(t *testing.T) { check(t, record) })
	}
}

func wiredProvider(t *testing.T, record *harness.Recorder) {
	t.Helper()
	provider := record.One(t, awsProviderType, "aws")
	assert.Equal(t, map[string]any{
		"allowedAccountIds": []any{wiredAccount}, "profile": "deployers", "region": "eu-west-1",
		"assumeRole": map[string]any{"roleArn": "arn:aws:iam::" + wiredAccount + ":role/mlops-deploy", "sessionName": "pulumi"},
	}, map[string]any{
		"allowedAccountIds": provider.Prop("allowedAccountIds"), "profile": provider.Prop("profile"), "region": provider.Prop("region"),
		"assumeRole": provider.Prop("assumeRole"),
	})
	assert.Equal(t, map[string]any{"profileName": "deployers", "roleArn": "arn:aws:iam::" + wiredAccount + ":role/mlops-deploy"},
		record.One(t, "eks:index:Cluster", "mlops-prod-cluster-control-plane").Prop("providerCredentialOpts"))
}

// subnetsOf are the ids of the subnets of one kind.
func subnetsOf(kind string, zones ...string) []any {
	var ids []any
	for _, zone := range zones {
		ids = append(ids, "mlops-prod-network-"+kind+"-eu-west-1"+zone+"-id")
	}
	return ids
}

func wiredSubnets(t *testing.T, record *harness.Recorder) {
	t.Helper()
	got := map[string]any{"database": record.One(t, "aws:rds/subnetGroup:SubnetGroup", "mlops-prod-metadata-subnets").Prop("subnetIds")}
	for _, group := range []string{"system", "cpu", "gpu", "spot"} {
		got[group] = record.One(t, "aws:eks/nodeGroup:NodeGroup", "mlops-prod-nodes-"+group+"-group").Prop("subnetIds")
	}
	assert.Equal(t, map[string]any{
		"database": subnetsOf("database", "a", "b", "c"), "system": subnetsOf("private", "a", "b", "c"), "cpu": subnetsOf("private", "a", "b", "c"),
		"gpu": subnetsOf("private", "a"), "spot": subnetsOf("private", "a"),
	}, got)
}

func wiredDatabase(t *testing.T, record *harness.Recorder) {
	t.Helper()
	var from []any
	for _, rule := range record.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		if rule.ParentName == "mlops-prod-metadata" {
			from = append(from, rule.Prop("referencedSecurityGroupId"))
		}
	}
	assert.Equal(t, []any{validcluster.ClusterSecurityGroupID}, from)
	var ranges []any
	for _, zone := range []string{"a", "b", "c"} {
		subnet := record.One(t, "aws:ec2/subnet:Subnet", "mlops-prod-network-database-eu-west-1"+zone)
		ranges = append(ranges, map[string]any{"ipBlock": map[string]any{"cidr": subnet.Prop("cidrBlock")}})
	}
	for _, tenant := range []string{"tenant-a", "tenant-b"} {
		assert.Equal(t, []any{map[string]any{"to": ranges, "ports": []any{map[string]any{"port": 5432.0, "protocol": "TCP"}}}},
			record.One(t, policyType, "mlops-prod-tenant-"+tenant+"-allow-metadata-store").Prop("spec.egress"))
	}
}

// wiredTrust reads who may take the roles of pods: those of this cluster alone.
func wiredTrust(t *testing.T, record *harness.Recorder) {
	t.Helper()
	got, want := map[string]any{}, map[string]any{}
	for _, role := range record.OfType("aws:iam/role:Role") {
		for _, statement := range harness.Statements(t, role, "assumeRolePolicy") {
			if principal, _ := statement["Principal"].(map[string]any); assert.ObjectsAreEqual([]any{"pods.eks.amazonaws.com"}, principal["Service"]) {
				got[role.Name] = statement["Condition"]
			}
		}
	}
	for role, account := range map[string][]any{
		"tenants-role":                    nil, // each of them, kept apart by the tags of its session
		"alertmanager-role":               {"monitoring", "alertmanager"},
		"autoscaler-role":                 {"kube-system", "cluster-autoscaler"},
		"load-balancers-role":             {"kube-system", "aws-load-balancer-controller"},
		"log-writer-role":                 {"logging", "fluent-bit"},
		"metadata-accounts-identity-role": {"metadata-store", "metadata-store-accounts"},
		"addons-aws-ebs-csi-driver-role":  {"kube-system", "ebs-csi-controller-sa"},
		"cluster-vpc-cni-role":            {"kube-system", "aws-node"},
	} {
		equals := map[string]any{"aws:RequestTag/eks-cluster-arn": []any{wiredCluster}}
		// What EKS itself associates is bound by the ARN alone, which has name and account.
		if role != "addons-aws-ebs-csi-driver-role" && role != "cluster-vpc-cni-role" {
			equals["aws:SourceAccount"], equals["aws:RequestTag/eks-cluster-name"] = []any{wiredAccount}, []any{"mlops-prod"}
		}
		if account != nil {
			equals["aws:RequestTag/kubernetes-namespace"] = account[:1]
			equals["aws:RequestTag/kubernetes-service-account"] = account[1:]
		}
		want["mlops-prod-"+role] = map[string]any{"StringEquals": equals}
	}
	assert.Equal(t, want, got)
}

// wiredProtection counts what a stack with protect, and with nothing else, protects.
func wiredProtection(t *testing.T, record *harness.Recorder) {
	t.Helper()
	protected := map[string]int{}
	for _, r := range record.Resources() {
		if r.Protect {
			protected[r.Type]++
		}
	}
	assert.Equal(t, map[string]int{
		"aws:cloudwatch/logGroup:LogGroup": 7, "aws:ec2/vpc:Vpc": 1, "aws:ecr/repository:Repository": 2, keyType: 7,
		"aws:rds/instance:Instance": 1, "aws:s3/bucketV2:BucketV2": 4,
		"kubernetes:core/v1:Namespace": 2, harness.ClaimType: 2,
	}, protected)
	assert.Equal(t, false, record.One(t, "aws:rds/instance:Instance", "mlops-prod-metadata-instance").Prop("deletionProtection"))
}

func wiredReplication(t *testing.T, record *harness.Recorder) {
	t.Helper()
	got := map[string]any{}
	for _, r := range record.OfType("aws:s3/bucketReplicationConfig:BucketReplicationConfig") {
		got[r.Name] = r.Prop("rules.0.destination")
	}
	to := func(bucket string) any {
		return map[string]any{
			"bucket": "arn:aws:s3:::copies-" + bucket, "encryptionConfiguration": map[string]any{"replicaKmsKeyId": copiesKey},
		}
	}
	assert.Equal(t, map[string]any{
		"mlops-prod-objects-raw-replication": to("raw"), "mlops-prod-objects-models-replication": to("models"),
	}, got)
}

// wiredImages reads who may pull from which repository.
func wiredImages(t *testing.T, record *harness.Recorder) {
	t.Helper()
	var nodes []any
	for _, group := range []string{"cpu", "gpu", "spot", "system"} {
		nodes = append(nodes, "arn:aws:iam:eu-west-1:111111111111:mlops-prod-nodes-"+group+"-role")
	}
	for repository, tenants := range map[string][]any{"inference": {"tenant-a", "tenant-b"}, "training": {"tenant-b"}} {
		statements := harness.Statements(t, record.One(t, "aws:ecr/repositoryPolicy:RepositoryPolicy", "mlops-prod-registry-"+repository+"-pull"), "policy")
		require.Len(t, statements, 3)
		assert.Equal(t, map[string]any{"AWS": nodes}, statements[0]["Principal"], repository)
		assert.Equal(t, map[string]any{"StringEquals": map[string]any{"aws:PrincipalTag/kubernetes-namespace": tenants}},
			statements[1]["Condition"], repository)
	}
}

// wiredTenants reads what the pods of a tenant are told, and how they say who they are.
func wiredTenants(t *testing.T, record *harness.Recorder) {
	t.Helper()
	for _, tenant := range []string{"tenant-a", "tenant-b"} {
		data, _ := record.One(t, "kubernetes:core/v1:ConfigMap", "mlops-prod-tenant-"+tenant+"-inference-config").Prop("data").(map[string]any)
		database := maps.Clone(data)
		maps.DeleteFunc(database, func(name string, _ any) bool { return !strings.HasPrefix(name, "PG") })
		assert.Equal(t, map[string]any{
			"PGHOST": "mlops-prod-metadata-instance.abc.eu-west-1.rds.amazonaws.com", "PGPORT": "5432",
			"PGUSER": "tenant_" + tenant, "PGDATABASE": "tenant_" + tenant,
			"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/etc/mlops/credentials/metadata-store-ca.crt",
		}, database)
		identity := record.One(t, "aws:eks/podIdentityAssociation:PodIdentityAssociation", "mlops-prod-tenant-"+tenant+"-identity")
		assert.Equal(t, "arn:aws:iam:eu-west-1:111111111111:mlops-prod-tenants-role", identity.Prop("roleArn"))
	}
}

// wiredAlerts reads which groups of rules there are, without the exporter of GPUs.
func wiredAlerts(t *testing.T, record *harness.Recorder) {
	t.Helper()
	var alerts []string
	for _, r := range record.OfType("kubernetes:monitoring.coreos.com/v1:PrometheusRule") {
		groups, _ := r.Prop("spec.groups").([]any)
		for _, group := range groups {
			name, _ := group.(map[string]any)["name"].(string)
			alerts = append(alerts, name)
		}
	}
	slices.Sort(alerts)
	assert.Equal(t, []string{
		"mlops.budget.tenant-a", "mlops.capacity", "mlops.cost", "mlops.pods", "mlops.service", "mlops.tenants", "mlops.training",
	}, alerts)
}

// TestGuardOptions says what the guard is told of a stack.
func TestGuardOptions(t *testing.T) {
	t.Parallel()
	for _, protect := range []bool{false, true} {
		in := settings.Platform{Protect: protect, RetainOnDelete: !protect}
		assert.Equal(t, guard.Options{RequireProtect: protect}, platform.GuardOptions(in))
	}
}
