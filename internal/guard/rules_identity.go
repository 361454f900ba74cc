package guard

import (
	"fmt"
	"slices"
	"strings"
)

// identityPolicies are the types that hold policies of principals.
var identityPolicies = []string{typePolicy, typeRolePolicy, typeUserPolicy, typeGroupPolicy, typeRole}

// UnscopedActions are the actions that AWS does not let a policy limit to a
// resource; asking for anything but "*" would grant nothing. Source: the
// Service Authorization Reference. A trailing "*" is a prefix.
var UnscopedActions = []string{
	"acm:ListCertificates",
	"autoscaling:Describe*",
	"ce:Get*",
	"cloudwatch:GetMetricData",
	"cloudwatch:GetMetricStatistics",
	"cloudwatch:ListMetrics",
	"cloudwatch:PutMetricData",
	"ec2:Describe*",
	"ec2:GetCoipPoolUsage",
	"ec2:GetInstanceTypesFromInstanceRequirements",
	"ec2:GetSecurityGroupsForVpc",
	"ecr-public:GetAuthorizationToken",
	"ecr:GetAuthorizationToken",
	"eks:DescribeAddonVersions",
	"eks:ListClusters",
	"elasticloadbalancing:Describe*",
	"iam:ListServerCertificates",
	"kms:ListAliases",
	"kms:ListKeys",
	"pricing:DescribeServices",
	"pricing:GetAttributeValues",
	"pricing:GetProducts",
	"route53:ListHostedZones",
	"route53:ListHostedZonesByName",
	"s3:ListAllMyBuckets",
	"secretsmanager:BatchGetSecretValue",
	"secretsmanager:GetRandomPassword",
	"secretsmanager:ListSecrets",
	"ssm:DescribeParameters",
	"sts:GetCallerIdentity",
	"sts:GetServiceBearerToken",
	"tag:GetResources",
	"tag:GetTagKeys",
	"tag:GetTagValues",
	"xray:GetSamplingRules",
	"xray:GetSamplingStatisticSummaries",
	"xray:GetSamplingTargets",
	"xray:PutTelemetryRecords",
	"xray:PutTraceSegments",
}

// NarrowingKeys are the condition keys that make "*" as a resource mean less
// than everything: the resource's or the request's tags, the service a key or
// a role is used through, the network a request comes from.
var NarrowingKeys = []string{
	"aws:RequestTag/",
	"aws:ResourceTag/",
	"autoscaling:ResourceTag/",
	"cloudwatch:namespace",
	"ec2:CreateAction",
	"ec2:ResourceTag/",
	"ec2:Vpc",
	"eks:cluster-name",
	"elasticloadbalancing:ResourceTag/",
	"iam:AWSServiceName",
	"iam:PassedToService",
	"iam:ResourceTag/",
	"kms:EncryptionContext:",
	"kms:ResourceAliases",
	"kms:ViaService",
	"secretsmanager:ResourceTag/",
	"ssm:resourceTag/",
}

func identityRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-IAM-001", Title: "no wildcard actions",
			Reason: "\"*\" and \"service:*\" grant what AWS will invent tomorrow, deletion and policy changes included.",
			Fix:    "list the actions that are used; NotAction with Allow is a wildcard too",
			Types:  identityPolicies, Check: eachStatement(wildcardActions),
		},
		{
			ID: "MLOPS-IAM-002", Title: "no wildcard resources",
			Reason: "A principal with \"*\" reaches the data of every team in the account.",
			Fix:    "name the ARNs, or narrow with a condition on a tag; \"*\" is fine only for actions that AWS cannot limit",
			Types:  identityPolicies, Check: eachStatement(wildcardResources),
		},
		{
			ID: "MLOPS-IAM-003", Title: "no administrator policies",
			Reason: "AWS-managed administrator policies defeat every other boundary.",
			Fix:    "attach a policy with the actions that are used",
			Types:  []string{typeRoleAttachment, typeUserAttachment, typeGroupAttachment, typeRole}, Check: noAdministrator,
		},
		{
			ID: "MLOPS-IAM-004", Title: "no static access keys",
			Reason: "A key that never expires ends up in a laptop, a log or a repository.",
			Fix:    "use Pod Identity, IRSA or an assumed role",
			Types:  []string{typeAccessKey},
			Check:  func(Resource) []Finding { return findings{{Detail: "is a long-lived credential"}} },
		},
	}
}

// documents returns the policy documents of a principal, by input path.
func documents(r Resource) map[string]any {
	if r.Type != typeRole {
		return map[string]any{"policy": r.at("policy")}
	}
	found := map[string]any{}
	inline, _ := items(r.at("inlinePolicies"))
	for i, policy := range inline {
		found[fmt.Sprintf("inlinePolicies[%d].policy", i)] = child(policy, "policy")
	}
	return found
}

func eachStatement(check func(s statement, label string, f *findings)) func(Resource) []Finding {
	return func(r Resource) []Finding {
		var f findings
		for path, document := range documents(r) {
			statements, answer := parsePolicy(document)
			f.unless(answer, "%s is not a policy document", path)
			for i, s := range statements {
				if s.allows() {
					check(s, path+": "+s.label(i), &f)
				}
			}
		}
		return f
	}
}

func wildcardActions(s statement, label string, f *findings) {
	f.when(fact(len(s.NotAction) > 0), "%s allows everything but some actions", label)
	for _, action := range s.Action {
		_, verb, _ := strings.Cut(action, ":")
		f.when(fact(action == "*" || strings.Trim(verb, "*") == "" && verb != ""), "%s allows %s", label, action)
	}
}

func wildcardResources(s statement, label string, f *findings) {
	f.when(fact(len(s.NotResource) > 0), "%s allows everything but some resources", label)
	if !slices.ContainsFunc(s.Resource, isWildcardARN) || s.narrowed(NarrowingKeys) {
		return
	}
	var wide []string
	for _, action := range s.Action {
		if !isUnscoped(action) {
			wide = append(wide, action)
		}
	}
	f.when(fact(len(wide) > 0), "%s allows %s on every resource", label, strings.Join(wide, ", "))
}

// isWildcardARN says whether an ARN means every resource of a service:
// "*", or an ARN whose resource part is only "*".
func isWildcardARN(arn string) bool {
	if strings.Trim(arn, "*") == "" {
		return true
	}
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && strings.Trim(parts[5], "*/") == ""
}

func isUnscoped(action string) bool {
	return slices.ContainsFunc(UnscopedActions, func(known string) bool {
		prefix, isPrefix := strings.CutSuffix(strings.ToLower(known), "*")
		lower := strings.ToLower(action)
		return lower == prefix || (isPrefix && strings.HasPrefix(lower, prefix))
	})
}

var administrators = []string{"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"}

func noAdministrator(r Resource) []Finding {
	var f findings
	for _, arn := range append(texts(r.at("policyArn")), texts(r.at("managedPolicyArns"))...) {
		name := arn[strings.LastIndex(arn, "/")+1:]
		f.when(fact(slices.Contains(administrators, name)), "attaches %s", name)
	}
	return f
}
