package loadbalancercontroller

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

// Keys the policy decides by: the tag the controller puts on what it makes, in
// a request and on a resource. What does not carry it is out of reach.
const (
	requestTag  = "aws:RequestTag/elbv2.k8s.aws/cluster"
	resourceTag = "aws:ResourceTag/elbv2.k8s.aws/cluster"
)

type conditions = map[string]map[string][]pulumi.StringInput

// Statements are the permissions that AWS publishes for the controller version
// of ChartVersion. partition is "aws", "aws-cn" or "aws-us-gov".
func Statements(partition string) []iampolicy.Statement {
	return slices.Concat(readStatements(), securityGroupStatements(partition), loadBalancerStatements(partition))
}

func readStatements() []iampolicy.Statement {
	// "*" throughout: describe and list actions have no resource-level
	// permissions, and certificates, web ACLs and user pools are named by
	// tenants' Ingresses, so they cannot be listed here.
	everything := iampolicy.Strings("*")
	return []iampolicy.Statement{
		{
			Sid:       "ServiceLinkedRole",
			Actions:   []string{"iam:CreateServiceLinkedRole"},
			Resources: everything,
			Conditions: conditions{"StringEquals": {
				"iam:AWSServiceName": iampolicy.Strings("elasticloadbalancing.amazonaws.com"),
			}},
		},
		{Sid: "Describe", Actions: describeActions(), Resources: everything},
		{
			Sid: "Integrations",
			Actions: []string{
				"acm:DescribeCertificate",
				"acm:ListCertificates",
				"cognito-idp:DescribeUserPoolClient",
				"iam:GetServerCertificate",
				"iam:ListServerCertificates",
				"shield:CreateProtection",
				"shield:DeleteProtection",
				"shield:DescribeProtection",
				"shield:GetSubscriptionState",
				"waf-regional:AssociateWebACL",
				"waf-regional:DisassociateWebACL",
				"waf-regional:GetWebACL",
				"waf-regional:GetWebACLForResource",
				"wafv2:AssociateWebACL",
				"wafv2:DisassociateWebACL",
				"wafv2:GetWebACL",
				"wafv2:GetWebACLForResource",
			},
			Resources: everything,
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
			// "*": the rules also go into the cluster's own group, which does not
			// carry the controller's tag.
			Sid:       "SecurityGroupRules",
			Actions:   []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"},
			Resources: iampolicy.Strings("*"),
		},
		{
			// "*": the action also names the VPC, and a group has no ARN before it exists.
			Sid: "CreateSecurityGroup", Actions: []string{"ec2:CreateSecurityGroup"}, Resources: iampolicy.Strings("*"),
		},
		{
			Sid: "TagNewSecurityGroup", Actions: []string{"ec2:CreateTags"}, Resources: groups,
			Conditions: conditions{
				"StringEquals": {"ec2:CreateAction": iampolicy.Strings("CreateSecurityGroup")},
				"Null":         {requestTag: iampolicy.Strings("false")},
			},
		},
		{
			Sid: "RetagOwnSecurityGroup", Actions: []string{"ec2:CreateTags", "ec2:DeleteTags"}, Resources: groups,
			Conditions: retagOwn(),
		},
		{
			Sid: "ManageOwnSecurityGroup",
			Actions: []string{
				"ec2:AuthorizeSecurityGroupIngress",
				"ec2:DeleteSecurityGroup",
				"ec2:RevokeSecurityGroupIngress",
			},
			// "*" is narrowed by the controller's tag.
			Resources: iampolicy.Strings("*"), Conditions: own(),
		},
	}
}

// own admits what carries the controller's tag.
func own() conditions { return conditions{"Null": {resourceTag: iampolicy.Strings("false")}} }

// retagOwn admits other tags on what carries the controller's tag, and keeps
// the tag itself as it is.
func retagOwn() conditions {
	return conditions{"Null": {requestTag: iampolicy.Strings("true"), resourceTag: iampolicy.Strings("false")}}
}
