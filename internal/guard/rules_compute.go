package guard

func computeRules() []Rule {
	return []Rule{{
		ID: "MLOPS-EC2-001", Title: "instances require IMDSv2 within one hop",
		Reason: "IMDSv1, or a second hop, lets a pod or a forged request read the node's credentials.",
		Fix:    "set metadataOptions to httpTokens required and httpPutResponseHopLimit 1",
		Types:  []string{typeLaunchTemplate, typeInstance, "aws:ec2/launchConfiguration:LaunchConfiguration"},
		Check:  metadataService,
	}}
}

func metadataService(r Resource) []Finding {
	var f findings
	if is(r.at("metadataOptions", "httpEndpoint"), "disabled") == yes {
		return f
	}
	f.unless(is(r.at("metadataOptions", "httpTokens"), "required"), "metadataOptions.httpTokens is not required")
	hops, answer := number(r.at("metadataOptions", "httpPutResponseHopLimit"))
	f.when(fact(answer == no), "metadataOptions.httpPutResponseHopLimit is not set")
	f.when(fact(answer == yes && hops > 1), "metadataOptions.httpPutResponseHopLimit is %.0f", hops)
	return f
}
