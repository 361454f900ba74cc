package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	"github.com/mlops-iac/mlops/components/addons/dcgmexporter"
	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/addons/metricsserver"
	"github.com/mlops-iac/mlops/components/addons/nvidiadeviceplugin"
	"github.com/mlops-iac/mlops/components/addons/storageclass"
)

// Chart returns valid arguments of a chart release.
func Chart() *chart.Args {
	return &chart.Args{
		Chart: "podinfo", Version: "1.2.3", Repository: "https://charts.example.com", Namespace: pulumi.String("apps"),
		Values: map[string]any{"replicas": 2},
	}
}

// StorageClass returns valid arguments of a storage class.
func StorageClass() *storageclass.Args {
	return &storageclass.Args{KMSKeyARN: pulumi.String("arn:aws:kms:eu-west-1:111111111111:key/volumes")}
}

// ClusterAutoscaler returns valid arguments of a cluster autoscaler.
func ClusterAutoscaler() *clusterautoscaler.Args {
	return &clusterautoscaler.Args{ClusterName: pulumi.String("mlops-test"), Region: "eu-west-1"}
}

// LoadBalancerController returns valid arguments of a load balancer controller.
func LoadBalancerController() *loadbalancercontroller.Args {
	return &loadbalancercontroller.Args{
		ClusterName: pulumi.String("mlops-test"), VPCID: pulumi.String("vpc-1"), Region: "eu-west-1",
		Tags: map[string]string{"project": "mlops"},
	}
}

// NvidiaDevicePlugin returns valid arguments of a device plugin.
func NvidiaDevicePlugin() *nvidiadeviceplugin.Args { return &nvidiadeviceplugin.Args{} }

// MetricsServer returns valid arguments of a metrics server.
func MetricsServer() *metricsserver.Args { return &metricsserver.Args{} }

// DCGMExporter returns valid arguments of a DCGM exporter.
func DCGMExporter() *dcgmexporter.Args {
	return &dcgmexporter.Args{Namespace: pulumi.String("monitoring")}
}
