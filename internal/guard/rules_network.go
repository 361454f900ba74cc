package guard

import "fmt"

func networkRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-NET-001", Title: "no ingress from the internet",
			Reason: "A port open to the world is scanned within minutes.",
			Fix:    "admit a security group, a prefix list or the CIDRs of your network",
			Types:  []string{typeSecurityGroup, typeSecurityGroupRule, typeSecurityGroupIngress, typeDefaultSecurityGroup},
			Check:  noWorldIngress,
		},
		{
			ID: "MLOPS-NET-002", Title: "the default security group is empty",
			Reason: "Whatever forgets to name a security group gets the default one.",
			Fix:    "adopt it with an ec2.DefaultSecurityGroup without rules",
			Types:  []string{typeDefaultSecurityGroup, typeVPC},
			Check: onType(typeDefaultSecurityGroup, func(r Resource, f *findings) {
				f.when(isSet(r.at("ingress")), "has ingress rules")
				f.when(isSet(r.at("egress")), "has egress rules")
			}),
			CheckSet: vpcNeeds("default security group", typeDefaultSecurityGroup),
		},
		{
			ID: "MLOPS-NET-003", Title: "VPCs have flow logs",
			Reason: "Without them an incident leaves no trace of who talked to whom.",
			Fix:    "add an ec2.FlowLog for the VPC",
			Types:  []string{typeVPC}, CheckSet: vpcNeeds("flow log", typeFlowLog),
		},
		{
			ID: "MLOPS-NET-004", Title: "network ACLs keep administration ports from the internet",
			Reason: "Return traffic forces ACLs to admit the world on high ports; remote shells and databases are never part of that.",
			Fix:    "limit the entry to high ports, or to the CIDRs of your network",
			Types:  []string{typeNACL, typeNACLRule, typeDefaultNACL}, Check: aclPorts,
		},
		{
			ID: "MLOPS-NET-005", Title: "the node SSH port is not open to the internet",
			Reason: "EKS opens port 22 to the world when remote access names a key but no source security group.",
			Fix:    "remove remoteAccess, or set sourceSecurityGroupIds",
			Types:  []string{typeNodeGroup},
			Check: func(r Resource) []Finding {
				var f findings
				open := isSet(r.at("remoteAccess", "ec2SshKey")) == yes && isSet(r.at("remoteAccess", "sourceSecurityGroupIds")) == no
				f.when(fact(open), "remoteAccess has a key and no sourceSecurityGroupIds")
				return f
			},
		},
	}
}

// vpcRules are about addresses that the internet can reach.
func vpcRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-NET-006", Title: "nothing gets a public address by itself",
			Reason: "An instance started in the wrong subnet would be on the internet.",
			Fix:    "leave mapPublicIpOnLaunch and associatePublicIpAddress false; NAT gateways and load balancers bring their own addresses",
			Types:  []string{typeSubnet, typeInstance, typeLaunchTemplate}, Check: noPublicAddress,
		},
	}
}

func noWorldIngress(r Resource) []Finding {
	var f findings
	switch r.Type {
	case typeSecurityGroupRule:
		if is(r.at("type"), "egress") != yes {
			f.noWorld("", r.at("cidrBlocks"), r.at("ipv6CidrBlocks"))
		}
	case typeSecurityGroupIngress:
		f.noWorld("", r.at("cidrIpv4"), r.at("cidrIpv6"))
	default:
		rules, _ := items(r.at("ingress"))
		for i, rule := range rules {
			f.noWorld(fmt.Sprintf("ingress[%d]: ", i), child(rule, "cidrBlocks"), child(rule, "ipv6CidrBlocks"))
		}
	}
	return f
}

func (f *findings) noWorld(where string, blocks ...any) {
	for _, block := range blocks {
		list, _ := items(block)
		for _, cidr := range list {
			f.when(isWorld(cidr), "%sadmits %v", where, cidr)
		}
	}
}

func vpcNeeds(what, typeToken string) func(*Set) []Finding {
	return func(s *Set) []Finding {
		var f findings
		for _, vpc := range s.of(typeVPC) {
			if len(s.companions(vpc, "vpcId", typeToken)) == 0 {
				f.against(vpc, "no %s belongs to it", what)
			}
		}
		return f
	}
}

// administrationPorts are SSH, RDP, PostgreSQL and MySQL.
var administrationPorts = []float64{22, 3389, 5432, 3306}

func aclPorts(r Resource) []Finding {
	var f findings
	if r.Type == typeNACLRule {
		if isTrue(r.at("egress")) == no && is(r.at("ruleAction"), "allow") == yes {
			f.aclEntry("", r.Inputs)
		}
		return f
	}
	entries, _ := items(r.at("ingress"))
	for i, entry := range entries {
		if is(child(entry, "action"), "allow") == yes {
			f.aclEntry(fmt.Sprintf("ingress[%d]: ", i), entry)
		}
	}
	return f
}

func (f *findings) aclEntry(where string, entry any) {
	world := isWorld(child(entry, "cidrBlock")) == yes || isWorld(child(entry, "ipv6CidrBlock")) == yes
	// Of the protocols only TCP (6) and "all" (-1) reach these services.
	if !world || is(child(entry, "protocol"), "tcp", "6", "-1", "all") != yes {
		return
	}
	from, fromKnown := number(child(entry, "fromPort"))
	to, toKnown := number(child(entry, "toPort"))
	everything := is(child(entry, "protocol"), "-1", "all") == yes
	for _, port := range administrationPorts {
		covered := everything || (fromKnown == yes && toKnown == yes && from <= port && port <= to)
		f.when(fact(covered), "%sadmits the internet on port %.0f", where, port)
	}
}

func noPublicAddress(r Resource) []Finding {
	var f findings
	f.when(isTrue(r.at("mapPublicIpOnLaunch")), "mapPublicIpOnLaunch is true")
	f.when(isTrue(r.at("associatePublicIpAddress")), "associatePublicIpAddress is true")
	if r.Type == typeLaunchTemplate {
		interfaces, _ := items(r.at("networkInterfaces"))
		for i, nic := range interfaces {
			f.when(isTrue(child(nic, "associatePublicIpAddress")), "networkInterfaces[%d].associatePublicIpAddress is true", i)
		}
	}
	return f
}
