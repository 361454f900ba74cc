package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"k8s.io/client-go/rest"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/workbench/dashboards"
	"github.com/mlops-iac/mlops/internal/workbench/monitors"
)

// Dashboards serves the dashboards of the platform in a folder at an address until ctx
// ends, with what its Prometheus knows.
func Dashboards(ctx context.Context, folder, listen string, out io.Writer) error {
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	target, _, err := instance.real(ctx)
	if err != nil {
		return err
	}
	boards, err := dashboards.Read(ctx, target.client)
	if err != nil {
		return err
	}
	if len(boards) == 0 {
		return errors.New("the platform has no dashboards: its stack file has monitoring turned off")
	}
	client, err := rest.HTTPClientFor(target.config)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", listen, err)
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: dashboards.Server{
		Dashboards: boards, Prometheus: dashboards.Prometheus{URL: prometheusURL(target.config.Host), Client: client},
	}.Handler()}
	fmt.Fprintf(out, "%d dashboards at http://%s until Ctrl-C\n", len(boards), listener.Addr())
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// prometheusURL leads to Prometheus by way of the API server, which checks who asks.
func prometheusURL(api string) string {
	return fmt.Sprintf("%s/api/v1/namespaces/%s/services/http:%s:%d/proxy", api, monitoring.DefaultNamespace,
		monitors.PrometheusService, monitors.PrometheusPort)
}
