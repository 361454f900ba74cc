package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/metricsserver"
	"github.com/mlops-iac/mlops/components/addons/nvidiadeviceplugin"
)

// newAddons installs the controllers that are the same on every substrate.
func (b *build) newAddons(ctx *pulumi.Context, s *Substrate) error {
	for _, addon := range []struct {
		enabled bool
		install func(*pulumi.Context, *Substrate) error
	}{
		{b.settings.Addons.MetricsServer.Enabled, b.newMetricsServer},
		{b.settings.Addons.NVIDIADevicePlugin.Enabled, b.newDevicePlugin},
	} {
		if !addon.enabled {
			continue
		}
		if err := addon.install(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (b *build) newMetricsServer(ctx *pulumi.Context, s *Substrate) error {
	_, err := metricsserver.New(ctx, b.name("metrics-server"), &metricsserver.Args{
		InsecureKubeletTLS: b.settings.Addons.MetricsServer.InsecureKubeletTLS,
		NodeSelector:       s.SystemNodes,
	}, s.inside()...)
	return err
}

func (b *build) newDevicePlugin(ctx *pulumi.Context, s *Substrate) error {
	_, err := nvidiadeviceplugin.New(ctx, b.name("nvidia-device-plugin"), nil, s.inside()...)
	return err
}
