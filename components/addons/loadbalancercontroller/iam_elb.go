package loadbalancercontroller

import (
	"slices"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

func loadBalancerStatements(partition string) []iampolicy.Statement {
	prefix := "arn:" + partition + ":elasticloadbalancing:*:*:"
	return slices.Concat(balancerStatements(), listenerStatements(), taggingStatements(prefix))
}

// balancerStatements are about load balancers and target groups.
func balancerStatements() []iampolicy.Statement {
	return []iampolicy.Statement{
		{
			Sid:     "CreateLoadBalancer",
			Actions: []string{"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"},
			// "*" is narrowed to requests that set the controller's tag.
			Resources:  iampolicy.Strings("*"),
			Conditions: conditions{"Null": {requestTag: iampolicy.Strings("false")}},
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
			// "*" is narrowed by the controller's tag.
			Resources: iampolicy.Strings("*"), Conditions: own(),
		},
	}
}

// listenerStatements are about listeners and their rules.
func listenerStatements() []iampolicy.Statement {
	return []iampolicy.Statement{
		{
			Sid: "Listeners",
			Actions: []string{
				"elasticloadbalancing:CreateListener",
				"elasticloadbalancing:CreateRule",
				"elasticloadbalancing:DeleteListener",
				"elasticloadbalancing:DeleteRule",
			},
			// "*" as published: listeners made by older versions carry no tag.
			Resources: iampolicy.Strings("*"),
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
			// "*" as published: listeners made by older versions carry no tag.
			Resources: iampolicy.Strings("*"),
		},
	}
}

// taggingStatements are about tags, and about targets, which only exist inside
// a target group.
func taggingStatements(prefix string) []iampolicy.Statement {
	balancers := iampolicy.Strings(prefix+"targetgroup/*/*", prefix+"loadbalancer/net/*/*", prefix+"loadbalancer/app/*/*")
	listeners := iampolicy.Strings(
		prefix+"listener/net/*/*/*", prefix+"listener/app/*/*/*",
		prefix+"listener-rule/net/*/*/*", prefix+"listener-rule/app/*/*/*",
	)
	tagging := []string{"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"}
	return []iampolicy.Statement{
		{Sid: "RetagOwnLoadBalancer", Actions: tagging, Resources: balancers, Conditions: retagOwn()},
		{Sid: "TagListeners", Actions: tagging, Resources: listeners},
		{
			Sid: "TagNewLoadBalancer", Actions: []string{"elasticloadbalancing:AddTags"}, Resources: balancers,
			Conditions: conditions{
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
