// Package registry builds one private ECR repository per image, all encrypted
// with one key.
//
// Tags are immutable and images are scanned when pushed. Untagged images expire,
// and only the newest images are kept, whatever they are tagged with; but those
// that carry a tag with the protected prefix stay, until that tag is deleted. What
// runs somewhere should carry one, also when it is pulled by digest.
//
// # Who may pull
//
// A repository's policy grants pulling, never pushing, and only to those named:
//
//   - Args.PullPrincipalARNs, for every repository. Put the node roles here: it is
//     the kubelet, with the role of its node, that pulls the images of pods.
//   - spec.Repository.Tenants, for pods that pull by themselves, such as image builders
//     and scanners. A tenant is a Kubernetes namespace, recognised by the session
//     tag that EKS Pod Identity adds. Pods of every other namespace are denied,
//     whatever their own role allows. A role of this account still needs the pull
//     actions and ecr:GetAuthorizationToken in its own policy.
//
// Which namespace may run which image is decided in the cluster by an admission
// policy, because the kubelet's pull does not carry the namespace. Pushing is
// granted by the pipeline's own role.
//
// # Cost
//
// Prices are on-demand in us-east-1. Images cost 0.10 USD per GB and month, the
// key 1 USD a month plus 0.03 USD per 10,000 requests; pulls within the region
// and basic scanning are free.
//
// # Example
//
//	r, err := registry.New(ctx, "images", &registry.Args{
//		AccountID: "111111111111",
//		Prefix:    "mlops",
//		Registry: spec.Registry{Repositories: []spec.Repository{
//			{Name: "inference", Tenants: []string{"vision", "nlp"}},
//		}},
//		PullPrincipalARNs: []pulumi.StringInput{nodeRole.Arn},
//		Protect:           true,
//	})
//	if err != nil {
//		return err
//	}
//	url := r.Ref().RepositoryURLs.MapIndex(pulumi.String("inference"))
package registry
