package workloadidentity

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

const (
	// podIdentityService assumes roles for pods, in every partition.
	podIdentityService = "pods.eks.amazonaws.com"
	// audience is what the tokens of EKS service accounts are made for.
	audience = "sts.amazonaws.com"
	// requestTag is the condition key of a tag EKS puts on a session.
	requestTag = "aws:RequestTag/"
)

// trust returns the policy that says who may assume the role.
func (a *Args) trust() pulumi.StringOutput {
	if a.Mode == ModeIRSA {
		return a.irsaTrust()
	}
	return a.podIdentityTrust()
}

// podIdentityTrust binds the role to the cluster and, unless it is shared, to
// its service account through the tags EKS puts on every session. So an
// association made by somebody else with this role does not work.
func (a *Args) podIdentityTrust() pulumi.StringOutput {
	equals := map[string][]pulumi.StringInput{requestTag + "eks-cluster-name": {a.ClusterName}}
	if a.ClusterARN != nil {
		equals[requestTag+"eks-cluster-arn"] = []pulumi.StringInput{a.ClusterARN}
	}
	if a.AccountID != "" {
		equals["aws:SourceAccount"] = iampolicy.Strings(a.AccountID)
	}
	if !a.Shared {
		equals[requestTag+"kubernetes-namespace"] = iampolicy.Strings(a.Namespace)
		equals[requestTag+"kubernetes-service-account"] = iampolicy.Strings(a.ServiceAccount)
	}
	return iampolicy.Document(iampolicy.Statement{
		Sid:        "PodIdentity",
		Principals: iampolicy.Principals{iampolicy.Service: iampolicy.Strings(podIdentityService)},
		// Without TagSession EKS cannot pass the tags that conditions and policies read.
		Actions:    []string{"sts:AssumeRole", "sts:TagSession"},
		Conditions: iampolicy.Conditions{"StringEquals": equals},
	})
}

// irsaTrust waits for the issuer, because its host is part of condition keys.
func (a *Args) irsaTrust() pulumi.StringOutput {
	return a.OIDC.Issuer.ToStringOutput().ApplyT(func(issuer string) pulumi.StringOutput {
		host := strings.TrimSuffix(strings.TrimPrefix(issuer, "https://"), "/")
		return iampolicy.Document(iampolicy.Statement{
			Sid:        "ServiceAccountToken",
			Principals: iampolicy.Principals{iampolicy.Federated: {a.OIDC.ProviderARN}},
			Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
			Conditions: iampolicy.Conditions{"StringEquals": {
				host + ":sub": iampolicy.Strings("system:serviceaccount:" + a.Namespace + ":" + a.ServiceAccount),
				host + ":aud": iampolicy.Strings(audience),
			}},
		})
	}).(pulumi.StringOutput)
}
