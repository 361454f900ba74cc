// The CustomResourceDefinitions that our own objects need on an embedded
// cluster, where the charts that bring them cannot be fetched. Nothing is built.
module github.com/mlops-iac/mlops/tools/crds

go 1.25.8

require github.com/prometheus-operator/prometheus-operator v0.88.1
