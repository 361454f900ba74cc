// Package valid has valid arguments for the tests of add-ons, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	"github.com/mlops-iac/mlops/components/addons/dcgmexporter"
	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/addons/loki"
	"github.com/mlops-iac/mlops/components/addons/metricsserver"
	"github.com/mlops-iac/mlops/components/addons/nvidiadeviceplugin"
	"github.com/mlops-iac/mlops/components/addons/opencost"
	"github.com/mlops-iac/mlops/components/addons/storageclass"
	"github.com/mlops-iac/mlops/components/logging"
)

// Chart returns valid arguments of a chart release.
func Chart() *chart.Args {
	return &chart.Args{
		Record:    chart.Record{Chart: "podinfo", Version: "1.2.3", Repository: "https://charts.example.com"},
		Namespace: pulumi.String("apps"), Values: map[string]any{"replicas": 2},
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

// OpenCost returns valid arguments of OpenCost.
func OpenCost() *opencost.Args {
	return &opencost.Args{
		Namespace: pulumi.String("monitoring"), PrometheusURL: pulumi.String("http://prometheus.monitoring.svc:9090"),
		ClusterID: "mlops-test",
	}
}

// FluentBit returns valid arguments of a Fluent Bit that sends to CloudWatch.
func FluentBit() *fluentbit.Args {
	groups := logging.GroupsOf("mlops-test")
	return &fluentbit.Args{
		Output: fluentbit.Output{CloudWatch: &fluentbit.CloudWatch{
			Region: "eu-west-1", PlatformGroup: groups.Platform, TenantGroupPrefix: groups.TenantPrefix,
		}},
		KernelLog: true,
	}
}

// Loki returns valid arguments of a Loki.
func Loki() *loki.Args { return &loki.Args{ClientNamespace: fluentbit.DefaultNamespace} }
