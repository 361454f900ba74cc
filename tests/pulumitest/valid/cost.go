package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/opencost"
	"github.com/mlops-iac/mlops/components/budget"
)

// Budget returns valid arguments of a budget.
func Budget() *budget.Args {
	return &budget.Args{
		MonthlyUSD: 900, Tag: budget.Tag{Key: "environment", Value: "dev"}, Emails: []string{"ada@example.com"},
		TopicARN: pulumi.String("arn:aws:sns:eu-west-1:111111111111:money"), Tags: map[string]string{"project": "mlops"},
	}
}

// OpenCost returns valid arguments of OpenCost.
func OpenCost() *opencost.Args {
	return &opencost.Args{
		Namespace: pulumi.String("monitoring"), PrometheusURL: pulumi.String("http://prometheus.monitoring.svc:9090"),
		ClusterID: "mlops-test",
	}
}
