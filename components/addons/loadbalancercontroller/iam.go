package loadbalancercontroller

import (
	"slices"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

// Keys the policy decides by: the tag the controller puts on what it makes, in
// a request and on a resource. What does not carry it is out of reach.
const (
	requestTag  = "aws:RequestTag/elbv2.k8s.aws/cluster"
	resourceTag = "aws:ResourceTag/elbv2.k8s.aws/cluster"
)

// Statements are the permissions of the controller: those that AWS publishes for
// the version of Record, with ARNs where AWS allows any resource, and
// without web application firewalls, Shield and Cognito, which the chart's
// values turn off or the platform does not use. partition is "aws", "aws-cn" or "aws-us-gov".
func Statements(partition string) []iampolicy.Statement {
	return slices.Concat(readStatements(partition), securityGroupStatements(partition), loadBalancerStatements(partition))
}

func readStatements(partition string) []iampolicy.Statement {
	// "*": describe and list actions have no resource-level permissions, and a
	// service-linked role is narrowed by the service it is for.
	everything := iampolicy.Strings("*")
	return []iampolicy.Statement{
		{
			Sid:       "ServiceLinkedRole",
			Actions:   []string{"iam:CreateServiceLinkedRole"},
			Resources: everything,
			Conditions: iampolicy.Conditions{"StringEquals": {
				"iam:AWSServiceName": iampolicy.Strings("elasticloadbalancing.amazonaws.com"),
			}},
		},
		{Sid: "Describe", Actions: describeActions(), Resources: everything},
		{
			Sid: "ListCertificates", Actions: []string{"acm:ListCertificates", "iam:ListServerCertificates"}, Resources: everything,
		},
		{
			// Tenants' Ingresses name hosts; the controller finds their certificates.
			Sid:     "ReadCertificates",
			Actions: []string{"acm:DescribeCertificate", "iam:GetServerCertificate"},
			Resources: iampolicy.Strings(
				"arn:"+partition+":acm:*:*:certificate/*", "arn:"+partition+":iam::*:server-certificate/*",
			),
		},
	}
}

func describeActions() []string {
	return []string{
		"ec2:DescribeAccountAttributes",
		"ec2:DescribeAddresses",
		"ec2:DescribeAvailabilityZones",
		"ec2:DescribeCoipPools",
		"ec2:DescribeInstances",
		"ec2:DescribeInternetGateways",
		"ec2:DescribeIpamPools",
		"ec2:DescribeNetworkInterfaces",
		"ec2:DescribeRouteTables",
		"ec2:DescribeSecurityGroups",
		"ec2:DescribeSubnets",
		"ec2:DescribeTags",
		"ec2:DescribeVpcPeeringConnections",
		"ec2:DescribeVpcs",
		"ec2:GetCoipPoolUsage",
		"ec2:GetSecurityGroupsForVpc",
		"elasticloadbalancing:DescribeCapacityReservation",
		"elasticloadbalancing:DescribeListenerAttributes",
		"elasticloadbalancing:DescribeListenerCertificates",
		"elasticloadbalancing:DescribeListeners",
		"elasticloadbalancing:DescribeLoadBalancerAttributes",
		"elasticloadbalancing:DescribeLoadBalancers",
		"elasticloadbalancing:DescribeRules",
		"elasticloadbalancing:DescribeSSLPolicies",
		"elasticloadbalancing:DescribeTags",
		"elasticloadbalancing:DescribeTargetGroupAttributes",
		"elasticloadbalancing:DescribeTargetGroups",
		"elasticloadbalancing:DescribeTargetHealth",
		"elasticloadbalancing:DescribeTrustStores",
	}
}

func securityGroupStatements(partition string) []iampolicy.Statement {
	groups := iampolicy.Strings("arn:" + partition + ":ec2:*:*:security-group/*")
	return []iampolicy.Statement{
		{
			// Any group: the rules also go into the cluster's own, which does not
			// carry the controller's tag.
			Sid:       "SecurityGroupRules",
			Actions:   []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"},
			Resources: groups,
		},
		{
			// The action names both the new group and its VPC.
			Sid: "CreateSecurityGroup", Actions: []string{"ec2:CreateSecurityGroup"},
			Resources: slices.Concat(groups, iampolicy.Strings("arn:"+partition+":ec2:*:*:vpc/*")),
		},
		{
			Sid: "TagNewSecurityGroup", Actions: []string{"ec2:CreateTags"}, Resources: groups,
			Conditions: iampolicy.Conditions{
				"StringEquals": {"ec2:CreateAction": iampolicy.Strings("CreateSecurityGroup")},
				"Null":         {requestTag: iampolicy.Strings("false")},
			},
		},
		{
			Sid: "RetagOwnSecurityGroup", Actions: []string{"ec2:CreateTags", "ec2:DeleteTags"}, Resources: groups,
			Conditions: retagOwn(),
		},
		{
			Sid: "DeleteOwnSecurityGroup", Actions: []string{"ec2:DeleteSecurityGroup"},
			Resources: groups, Conditions: own(),
		},
	}
}

// own admits what carries the controller's tag.
func own() iampolicy.Conditions {
	return iampolicy.Conditions{"Null": {resourceTag: iampolicy.Strings("false")}}
}

// retagOwn admits other tags on what carries the controller's tag, and keeps
// the tag itself as it is.
func retagOwn() iampolicy.Conditions {
	return iampolicy.Conditions{"Null": {requestTag: iampolicy.Strings("true"), resourceTag: iampolicy.Strings("false")}}
}
