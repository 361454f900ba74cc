package mutation

// scaling breaks the autoscaler of the inference service.
func scaling() []Breakage {
	const file = "components/tenant/scaling.go"
	fails := []string{"scaling"}
	return []Breakage{
		{
			Name: "there may be one replica more than defined", File: file, Fails: fails,
			Old: "MaxReplicas: pulumi.Int(replicas.Max)",
			New: "MaxReplicas: pulumi.Int(replicas.Max + 1)",
		},
		{
			Name: "replicas go as soon as load is low", File: file, Fails: fails,
			Old: "StabilizationWindowSeconds: pulumi.Int(ScaleDownSeconds)",
			New: "StabilizationWindowSeconds: pulumi.Int(0)",
		},
		{
			Name: "the program sets the number of replicas", File: "components/tenant/serving.go", Fails: fails,
			Old: "RevisionHistoryLimit: pulumi.Int(5),",
			New: "RevisionHistoryLimit: pulumi.Int(5), Replicas: pulumi.Int(b.in.Serving.Replicas.Min),",
		},
	}
}
