// Package tenant builds everything one team has in a cluster: its namespace and
// the limits on it, the inference service with autoscaling, the training job,
// and the rules on who may do what and which packets may pass.
//
//	t, err := tenant.New(ctx, "fraud", &tenant.Args{
//		Name:     "fraud",
//		Image:    pulumi.String("ghcr.io/example/server:1.4.2"),
//		ModelURI: pulumi.String("s3://models/tenants/fraud/2025-06-01"),
//		Training: &tenant.Training{GPUs: 1, Spot: true},
//	}, pulumi.Provider(kubernetesProvider))
//
// The namespace is called after the tenant. The names in it are the same for
// every tenant, so that people can type them: the Deployment, Service,
// HorizontalPodAutoscaler, PodDisruptionBudget, ServiceMonitor, ConfigMap and
// Ingress "inference", the CronJob and ConfigMap "training", the claim
// "training-checkpoints", the ServiceAccount "workload", the Secret
// "credentials", the Roles "viewer" and "editor".
//
// Every pod meets the Pod Security Standard "restricted", which the namespace
// enforces. Images must run as a numbered user other than root, and write only
// to /tmp; training also writes to /checkpoints.
//
// # Cost
//
// Kubernetes objects cost nothing. With the defaults the two replicas reserve
// 0.2 CPU and 256 MiB, ten of them 1 CPU and 1.25 GiB. Training costs the node
// it runs on while it runs, and its volume, 50 GiB of gp3 by default, always.
package tenant
