package postgresql_test

const (
	namespaceType   = "kubernetes:core/v1:Namespace"
	secretType      = "kubernetes:core/v1:Secret"
	configMapType   = "kubernetes:core/v1:ConfigMap"
	policyType      = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	statefulSetType = "kubernetes:apps/v1:StatefulSet"
	jobType         = "kubernetes:batch/v1:Job"
)
