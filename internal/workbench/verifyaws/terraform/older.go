package terraform

// OlderProvider lists what the SDK of pulumi-aws has and an older provider does
// not. Nothing but these properties is left out of a verification.
func OlderProvider() []Exception {
	return []Exception{
		{
			Type: "aws_eks_node_group", Property: "nodeRepairConfig", Since: "5.83.0",
			Reason: "automatic repair of nodes came to EKS in December 2024; it is one switch, true or false",
		},
	}
}
