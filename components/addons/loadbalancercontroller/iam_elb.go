package loadbalancercontroller

import (
	"slices"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

func loadBalancerStatements(partition string) []iampolicy.Statement {
	prefix := "arn:" + partition + ":elasticloadbalancing:*:*:"
	return slices.Concat(balancerStatements(prefix), listenerStatements(prefix), taggingStatements(prefix))
}

// balancerStatements are about load balancers and target groups.
func balancerStatements(prefix string) []iampolicy.Statement {
	balancers := iampolicy.Strings(prefix+"loadbalancer/*", prefix+"targetgroup/*", prefix+"listener/*")
	return []iampolicy.Statement{
		{
			Sid:     "CreateLoadBalancer",
			Actions: []string{"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"},
			// Only with the controller's tag.
			Resources:  balancers,
			Conditions: iampolicy.Conditions{"Null": {requestTag: iampolicy.Strings("false")}},
		},
		{
			Sid: "ManageOwnLoadBalancer",
			Actions: []string{
				"elasticloadbalancing:DeleteLoadBalancer",
				"elasticloadbalancing:DeleteTargetGroup",
				"elasticloadbalancing:ModifyCapacityReservation",
				"elasticloadbalancing:ModifyIpPools",
				"elasticloadbalancing:ModifyListenerAttributes",
				"elasticloadbalancing:ModifyLoadBalancerAttributes",
				"elasticloadbalancing:ModifyTargetGroup",
				"elasticloadbalancing:ModifyTargetGroupAttributes",
				"elasticloadbalancing:SetIpAddressType",
				"elasticloadbalancing:SetSecurityGroups",
				"elasticloadbalancing:SetSubnets",
			},
			Resources: balancers, Conditions: own(),
		},
	}
}

// listenerStatements are about listeners and their rules.
func listenerStatements(prefix string) []iampolicy.Statement {
	// Without a condition, as published: listeners made by older versions carry no tag.
	listeners := iampolicy.Strings(prefix+"loadbalancer/*", prefix+"listener/*", prefix+"listener-rule/*")
	return []iampolicy.Statement{
		{
			Sid: "Listeners",
			Actions: []string{
				"elasticloadbalancing:CreateListener",
				"elasticloadbalancing:CreateRule",
				"elasticloadbalancing:DeleteListener",
				"elasticloadbalancing:DeleteRule",
			},
			Resources: listeners,
		},
		{
			Sid: "ModifyListeners",
			Actions: []string{
				"elasticloadbalancing:AddListenerCertificates",
				"elasticloadbalancing:ModifyListener",
				"elasticloadbalancing:ModifyRule",
				"elasticloadbalancing:RemoveListenerCertificates",
				"elasticloadbalancing:SetRulePriorities",
				"elasticloadbalancing:SetWebAcl",
			},
			Resources: listeners,
		},
	}
}

// taggingStatements are about tags, and about targets, which only exist inside
// a target group.
func taggingStatements(prefix string) []iampolicy.Statement {
	balancers := iampolicy.Strings(prefix+"targetgroup/*", prefix+"loadbalancer/*")
	listeners := iampolicy.Strings(prefix+"listener/*", prefix+"listener-rule/*")
	tagging := []string{"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"}
	return []iampolicy.Statement{
		{Sid: "RetagOwnLoadBalancer", Actions: tagging, Resources: balancers, Conditions: retagOwn()},
		{Sid: "TagListeners", Actions: tagging, Resources: listeners},
		{
			Sid: "TagNewLoadBalancer", Actions: []string{"elasticloadbalancing:AddTags"}, Resources: balancers,
			Conditions: iampolicy.Conditions{
				"StringEquals": {"elasticloadbalancing:CreateAction": iampolicy.Strings("CreateTargetGroup", "CreateLoadBalancer")},
				"Null":         {requestTag: iampolicy.Strings("false")},
			},
		},
		{
			Sid:       "Targets",
			Actions:   []string{"elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"},
			Resources: iampolicy.Strings(prefix + "targetgroup/*/*"),
		},
	}
}
