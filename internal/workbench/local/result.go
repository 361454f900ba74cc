package local

import (
	"context"
	"fmt"
	"io"
	"time"
)

// result is what a deployment came to.
type result struct {
	seen  survey
	live  record
	notes []string
	took  time.Duration
	story story
}

// writeResult says what runs, what of it is not real, what the tenants answer, and
// what to do next.
func writeResult(ctx context.Context, out io.Writer, r result) error {
	fmt.Fprintln(out)
	if err := r.seen.write(out); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, line := range r.notes {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintf(out, "\nEverything runs, after %.0f s. Look at it:\n  export KUBECONFIG=%s\n  kubectl get pods --all-namespaces --output wide\n",
		r.took.Seconds(), r.live.Kubeconfig)
	if len(r.story.tenants) > 0 {
		fmt.Fprintf(out, "  kubectl get hpa,quota,networkpolicy --namespace %s\n", r.story.tenants[0])
	}
	fmt.Fprintf(out, "  %s\n", r.story.command("status"))
	if err := r.answers(ctx, out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "End it; otherwise it ends by itself at %s:\n  %s\n", r.live.Ends.Format("15:04"), r.story.command("down"))
	return err
}

// answers is the part of the story that only containers can tell.
func (r result) answers(ctx context.Context, out io.Writer) error {
	if r.live.Nodes != NodesReal {
		_, err := fmt.Fprintln(out, "No container runs on simulated nodes, so nothing answers: no prediction, no load, no training, no dashboards.\n"+
			"On Linux and as root, --nodes real runs them.")
		return err
	}
	if err := r.story.predictions(ctx, out); err != nil {
		return err
	}
	r.story.dashboards(out)
	return r.story.next(ctx, out)
}
