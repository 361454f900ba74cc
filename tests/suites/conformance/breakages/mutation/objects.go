package mutation

// objects breaks single objects, and what runs of them.
func objects() []Breakage {
	return []Breakage{
		{
			// What the API server refuses ends the stack before any other check.
			Name:  "the Ingress has a path type that does not exist",
			File:  "components/tenant/exposure.go",
			Old:   `pathType := pulumi.String("Exact")`,
			New:   `pathType := pulumi.String("exact")`,
			Fails: []string{"TestStacks"},
		},
		{
			Name: "training asks for more CPU than the quota has",
			File: "components/tenant/training.go",
			Old:  "containerResources(job.Resources, job.GPUs, ScratchSize)",
			New: `containerResources(spec.Resources{
			Requests: job.Resources.Requests,
			Limits:   spec.Compute{CPU: "1000", Memory: job.Resources.Limits.Memory},
		}, job.GPUs, ScratchSize)`,
			Fails: []string{"available"},
		},
		{
			// The Pod Security Standard does not ask for it, so only the checkers of manifests can tell.
			Name:  "containers may write to their root file system",
			File:  "components/internal/pods/pods.go",
			Old:   "ReadOnlyRootFilesystem:   pulumi.Bool(true)",
			New:   "ReadOnlyRootFilesystem:   pulumi.Bool(false)",
			Fails: []string{"TestManifests"},
		},
	}
}
