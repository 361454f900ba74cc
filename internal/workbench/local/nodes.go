package local

import (
	"context"
	"fmt"

	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
)

// NodeKind says what runs the pods.
type NodeKind string

// Kinds of nodes. NodesAuto is NodesReal where nodes can run, else NodesSimulated.
const (
	NodesAuto      NodeKind = "auto"
	NodesReal      NodeKind = "real"
	NodesSimulated NodeKind = "simulated"
)

// choose decides what runs the pods of a new control plane and says why.
func (k NodeKind) choose(folder string, p *progress.Progress) (NodeKind, error) {
	switch k {
	case NodesSimulated:
		return k, nil
	case NodesReal, NodesAuto, "":
	default:
		return "", fmt.Errorf("--nodes %q: must be %s, %s or %s", k, NodesReal, NodesSimulated, NodesAuto)
	}
	err := nodes.Check(folder)
	switch {
	case err == nil:
		p.Stage("Nodes are real: this machine can run containers; --nodes simulated takes less time and memory")
		return NodesReal, nil
	case k == NodesReal:
		return "", fmt.Errorf("real nodes cannot run here: %w; --nodes simulated needs nothing of this", err)
	}
	p.Stage("Nodes are simulated, no container will run: %v", err)
	return NodesSimulated, nil
}

// agree says whether a running control plane has the nodes that were asked for.
func (k NodeKind) agree(live record) error {
	if (k == NodesReal || k == NodesSimulated) && k != live.Nodes {
		return fmt.Errorf("the platform runs with %s nodes: end it with `mlops down --embedded` before you start it with %s ones", live.Nodes, k)
	}
	return nil
}

// LoadImage puts an image on every node of the platform in a folder.
func LoadImage(ctx context.Context, folder string, built *images.Built) error {
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	if _, err := instance.running(); err != nil {
		return err
	}
	return nodes.EachSocket(ctx, instance.path(nodesFolder), built.LoadIntoContainerd)
}
