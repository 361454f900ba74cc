package local

import (
	"context"
	"fmt"
	"io"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/workbench/load"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// LoadOptions say how much load Load drives, and at whom.
type LoadOptions struct {
	// Tenant whose service is asked.
	Tenant string
	// Rate is the highest number of requests a second; 0 for no limit.
	Rate float64
	// Duration is how long it takes.
	Duration time.Duration
	// Out receives a line every two seconds.
	Out io.Writer
}

// Load drives predictions at a tenant of the platform in a folder, at a rate that rises
// until its autoscaler is at the maximum. The end of ctx ends it like its duration.
func Load(ctx context.Context, folder, checkout string, options LoadOptions) error {
	if options.Rate < 0 || options.Duration <= 0 {
		return fmt.Errorf("--rate %g, --duration %s: must not be negative, and there must be a duration", options.Rate, options.Duration)
	}
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	target, live, err := instance.real(ctx, options.Tenant)
	if err != nil {
		return err
	}
	set, err := toolset.New(checkout, func(string, ...any) {})
	if err != nil {
		return err
	}
	asked, known, err := questionTo(ctx, target.client, set.Root, options.Tenant)
	if err != nil {
		return err
	}
	if !known {
		return fmt.Errorf("%s runs an image of its own, whose questions are not known", options.Tenant)
	}
	url := predictURL(live.Services, options.Tenant)
	fmt.Fprintf(options.Out, "Asking %s for predictions, more and more a second, for %s; Ctrl-C ends it\n", url, options.Duration)
	return load.Run(ctx, load.Options{
		URL: url, Body: asked.body, Rate: options.Rate, Duration: options.Duration, Out: options.Out,
		Scaling: func(ctx context.Context) (load.Scaling, error) { return scalingOf(ctx, target.client, options.Tenant) },
	})
}

// scalingOf looks at the autoscaler of a tenant.
func scalingOf(ctx context.Context, client kubernetes.Interface, namespace string) (load.Scaling, error) {
	list, err := client.AutoscalingV2().HorizontalPodAutoscalers(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return load.Scaling{}, fmt.Errorf("looking at the autoscaler of %s: %w", namespace, err)
	}
	deployment, err := client.AppsV1().Deployments(namespace).Get(ctx, tenant.InferenceName, metav1.GetOptions{})
	if err != nil {
		return load.Scaling{}, fmt.Errorf("looking at the replicas of %s: %w", namespace, err)
	}
	for _, a := range list.Items {
		if a.Spec.ScaleTargetRef.Name != deployment.Name {
			continue
		}
		if disabled(a) {
			return load.Scaling{}, fmt.Errorf("%s is scaled to zero, and its autoscaler leaves it alone", namespace)
		}
		present, wanted := usageOf(a)
		return load.Scaling{
			Ready: deployment.Status.ReadyReplicas, Desired: a.Status.DesiredReplicas, Max: a.Spec.MaxReplicas, CPU: present, Target: wanted,
		}, nil
	}
	return load.Scaling{}, fmt.Errorf("%s has no autoscaler: its replicas stay what they are, whatever the load", namespace)
}
