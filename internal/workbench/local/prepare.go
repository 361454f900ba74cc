package local

import (
	"context"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/mlops-iac/mlops/internal/workbench/monitors"
	"github.com/mlops-iac/mlops/internal/workbench/nodes/stock"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// tools are what a deployment needs beside the control plane.
type tools struct {
	// root is the checkout.
	root     string
	cli      toolset.Pulumi
	provider toolset.KubernetesProvider
	crds     [][]byte
	// archives are the images for real nodes, and monitoring those among them that
	// monitor the cluster.
	archives   []string
	monitoring monitors.Images
}

// PrepareTools builds and downloads what Up needs; with real nodes also where nodes
// would be simulated by default.
func PrepareTools(ctx context.Context, checkout string, kind NodeKind, out io.Writer) error {
	p := progress.New(out)
	set, err := toolset.New(checkout, p.Stage)
	if err != nil {
		return err
	}
	instance, err := Open("")
	if err != nil {
		return err
	}
	if kind, err = kind.choose(instance.folder, p); err != nil {
		return err
	}
	if _, err := prepare(ctx, set, kind); err != nil {
		return err
	}
	p.Stage("The embedded control plane can be started; its programs are in %s", set.Cache)
	return nil
}

func prepare(ctx context.Context, set *toolset.Set, kind NodeKind) (tools, error) {
	versions, err := set.ObserverVersions()
	if err != nil {
		return tools{}, err
	}
	ready := tools{root: set.Root, monitoring: stock.MonitorImages(versions)}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		ready.cli, ready.provider, err = engineTools(ctx, set)
		return err
	})
	group.Go(func() (err error) {
		_, err = set.Kube(ctx)
		return err
	})
	var kinds []string
	if kind == NodesReal {
		kinds = monitors.Kinds()
	}
	group.Go(func() (err error) {
		ready.crds, err = set.CRDs(ctx, kinds...)
		return err
	})
	if kind == NodesReal {
		group.Go(func() error {
			programs, err := set.Nodes(ctx)
			if err != nil {
				return err
			}
			observers, err := set.Observers(ctx)
			if err != nil {
				return err
			}
			ready.archives, err = stock.Make(ctx, set, programs, observers)
			return err
		})
	}
	return ready, group.Wait()
}

// engineTools are the engine and its provider, one after the other: the build of
// either fills the memory of a small machine.
func engineTools(ctx context.Context, set *toolset.Set) (toolset.Pulumi, toolset.KubernetesProvider, error) {
	cli, err := set.Pulumi(ctx)
	if err != nil {
		return toolset.Pulumi{}, toolset.KubernetesProvider{}, err
	}
	provider, err := set.KubernetesProvider(ctx)
	return cli, provider, err
}
