package minio_test

const (
	namespaceType   = "kubernetes:core/v1:Namespace"
	secretType      = "kubernetes:core/v1:Secret"
	serviceType     = "kubernetes:core/v1:Service"
	accountType     = "kubernetes:core/v1:ServiceAccount"
	policyType      = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	statefulSetType = "kubernetes:apps/v1:StatefulSet"
	jobType         = "kubernetes:batch/v1:Job"
)
