package loadbalancercontroller

import "github.com/mlops-iac/mlops/components/iampolicy"

func loadBalancerStatements(partition string) []iampolicy.Statement {
	elb := "arn:" + partition + ":elasticloadbalancing:*:*:"
	balancers := iampolicy.Strings(elb+"targetgroup/*/*", elb+"loadbalancer/net/*/*", elb+"loadbalancer/app/*/*")
	listeners := iampolicy.Strings(
		elb+"listener/net/*/*/*", elb+"listener/app/*/*/*",
		elb+"listener-rule/net/*/*/*", elb+"listener-rule/app/*/*/*",
	)
	tagging := []string{"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"}
	return []iampolicy.Statement{
		{
			Sid:     "CreateLoadBalancer",
			Actions: []string{"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"},
			// "*" is narrowed to requests that set the controller's tag.
			Resources:  iampolicy.Strings("*"),
			Conditions: conditions{"Null": {requestTag: iampolicy.Strings("false")}},
		},
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
		{Sid: "RetagOwnLoadBalancer", Actions: tagging, Resources: balancers, Conditions: retagOwn()},
		{Sid: "TagListeners", Actions: tagging, Resources: listeners},
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
			Resources: iampolicy.Strings(elb + "targetgroup/*/*"),
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
