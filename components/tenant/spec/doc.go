// Package spec holds the sizes and rules of a tenant as plain values: what its
// replicas, quota, defaults, people and extra egress look like, and which of
// them Kubernetes or the platform would refuse. It knows nothing of Pulumi, so
// the tenant definitions and the tenant component share one set of rules:
//
//	quota := spec.DefaultQuota()
//	errs := quota.Check(field.NewPath("quota"), spec.Demand{
//		Replicas: spec.DefaultReplicas(), Replica: spec.DefaultResources(),
//	})
package spec
