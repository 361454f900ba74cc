package loadbalancercontroller

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Record is the chart. Its values were read from helm/aws-load-balancer-controller in
// kubernetes-sigs/aws-load-balancer-controller; this version ships controller
// 2.14.1, whose published policy Statements follows.
var Record = chart.Record{
	Chart: "aws-load-balancer-controller", Version: "1.14.1",
	Repository: "https://aws.github.io/eks-charts",
}

const (
	// DefaultNamespace holds the cluster's own controllers.
	DefaultNamespace = "kube-system"
	// ServiceAccount is the account the identity is for.
	ServiceAccount = "aws-load-balancer-controller"
	// IngressClass is the class of Ingresses the controller serves.
	IngressClass = "alb"
	// DefaultReplicas is the chart's own: its webhooks must answer while one
	// node drains.
	DefaultReplicas = 2
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	in.Replicas = cmp.Or(in.Replicas, DefaultReplicas)
	return &in
}
