// Package valid has valid arguments for the tests of workloadidentity, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/tests/harness"
)

// WorkloadIdentity returns arguments of an identity for one service account
// through EKS Pod Identity.
func WorkloadIdentity() *workloadidentity.Args {
	return &workloadidentity.Args{
		ClusterName:    pulumi.String("cluster"),
		Namespace:      "monitoring",
		ServiceAccount: "loki",
		AccountID:      harness.Account,
		Statements: []iampolicy.Statement{{
			Sid: "ReadLogs", Actions: []string{"s3:GetObject"}, Resources: iampolicy.Strings("arn:aws:s3:::logs/*"),
		}},
		Tags: map[string]string{
			"project": "mlops", "environment": "test", "owner": "ml-platform",
			"cost-center": "ml-001", "managed-by": "pulumi",
		},
	}
}

// IRSAWorkloadIdentity returns arguments of an identity for one service account
// through the cluster's OIDC provider.
func IRSAWorkloadIdentity() *workloadidentity.Args {
	args := WorkloadIdentity()
	args.Mode, args.ClusterName = workloadidentity.ModeIRSA, nil
	args.OIDC = &workloadidentity.OIDC{
		ProviderARN: pulumi.String("arn:aws:iam::" + harness.Account + ":oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"),
		Issuer:      pulumi.String("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"),
	}
	return args
}

// SharedWorkloadIdentity returns arguments of an identity for all tenants.
func SharedWorkloadIdentity() *workloadidentity.Args {
	args := WorkloadIdentity()
	args.Namespace, args.ServiceAccount, args.Shared = "", "", true
	args.Statements = workloadidentity.TenantStatements(TenantAccess())
	return args
}

// TenantAccess returns what tenants share: two buckets and a database.
func TenantAccess() workloadidentity.TenantAccess {
	return workloadidentity.TenantAccess{
		BucketARNs:         iampolicy.Strings("arn:aws:s3:::store-raw", "arn:aws:s3:::store-models"),
		KeyARN:             pulumi.String("arn:aws:kms:eu-west-1:" + harness.Account + ":key/objects"),
		Region:             harness.Region,
		AccountID:          harness.Account,
		DatabaseResourceID: pulumi.String("db-METADATA"),
	}
}

// Association returns arguments of an association of one tenant.
func Association() *workloadidentity.AssociationArgs {
	return &workloadidentity.AssociationArgs{
		ClusterName:    pulumi.String("cluster"),
		Namespace:      "team-a",
		ServiceAccount: "inference",
		RoleARN:        pulumi.String("arn:aws:iam::" + harness.Account + ":role/tenants"),
		Tags:           WorkloadIdentity().Tags,
	}
}

// WorkloadIdentityRef returns the Ref of an identity through EKS Pod Identity.
func WorkloadIdentityRef() workloadidentity.Ref {
	return workloadidentity.Ref{
		RoleARN:                   pulumi.String("arn:aws:iam::" + harness.Account + ":role/tenants").ToStringOutput(),
		RoleName:                  pulumi.String("tenants").ToStringOutput(),
		ServiceAccountAnnotations: pulumi.StringMap{}.ToStringMapOutput(),
	}
}
