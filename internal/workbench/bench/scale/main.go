// Command scale deploys many tenants with the real engine on embedded control
// planes and prints how long each operation takes, what it holds in memory, and
// how both grow with the number of tenants. It asserts nothing: absolute times
// belong to the machine they were taken on.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/bench/memory"
	"github.com/mlops-iac/mlops/internal/workbench/local"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// sizes are the numbers of tenants unless others are given as arguments.
var sizes = []int{10, 50, 100}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == operateArgs && args[0] == operateCommand {
		return operate(ctx, args[1:])
	}
	wanted := sizes
	if len(args) > 0 {
		wanted = nil
		for _, arg := range args {
			size, err := strconv.Atoi(arg)
			if err != nil || size < 1 {
				return fmt.Errorf("number of tenants: %q: must be a positive whole number", arg)
			}
			wanted = append(wanted, size)
		}
	}
	return benchmark(ctx, wanted)
}

// row is what was measured for one number of tenants.
type row struct {
	tenants, resources int
	seconds            map[string]float64
	peakMiB            float64
}

func benchmark(ctx context.Context, wanted []int) error {
	var rows []row
	for _, size := range wanted {
		fmt.Fprintf(os.Stderr, "%d tenants\n", size)
		measured, err := measure(ctx, size)
		if err != nil {
			return fmt.Errorf("%d tenants: %w", size, err)
		}
		rows = append(rows, measured)
	}
	return write(rows)
}

// operations in the order in which they are measured; the second "up" finds
// nothing to do.
var operations = []struct{ label, verb string }{
	{"preview", verbPreview}, {"up", verbUp}, {"no change", verbUp}, {"down", verbDown},
}

func measure(ctx context.Context, size int) (row, error) {
	folder, err := os.MkdirTemp("", "mlops-scale-")
	if err != nil {
		return row{}, err
	}
	defer os.RemoveAll(folder)
	set, err := toolset.New(".", func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	if err != nil {
		return row{}, err
	}
	tools, err := set.Kube(ctx)
	if err != nil {
		return row{}, err
	}
	cluster, err := localcluster.Start(ctx, localcluster.Options{Tools: tools, Folder: filepath.Join(folder, "cluster"), Nodes: nodes(size)})
	if err != nil {
		return row{}, err
	}
	defer func() { _ = cluster.Stop() }() // the folder goes anyway
	definitions, err := set.CRDs(ctx)
	if err != nil {
		return row{}, err
	}
	if err := local.InstallCRDs(ctx, cluster.Kubeconfig(), definitions); err != nil {
		return row{}, err
	}
	measured := row{tenants: size, seconds: map[string]float64{}}
	for _, o := range operations {
		seconds, peak, count, err := once(ctx, o.verb, size, filepath.Join(folder, "pulumi"), cluster.Kubeconfig())
		if err != nil {
			return row{}, fmt.Errorf("%s: %w", o.label, err)
		}
		measured.seconds[o.label], measured.resources = seconds, max(measured.resources, count)
		measured.peakMiB = max(measured.peakMiB, peak)
		fmt.Fprintf(os.Stderr, "  %s: %.1f s, %d resources, %.0f MiB\n", o.label, seconds, count, peak)
	}
	return measured, nil
}

// once runs one operation in a process of its own, so that its memory and that
// of the engine can be told from everything else.
func once(ctx context.Context, verb string, size int, folder, kubeconfig string) (seconds, peak float64, count int, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, 0, err
	}
	result := folder + ".result"
	cmd := exec.CommandContext(ctx, self, operateCommand, verb, strconv.Itoa(size), folder, kubeconfig, result)
	cmd.Stderr = os.Stderr
	process.EndWithParent(cmd)
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, 0, err
	}
	stop := memory.Watch(cmd.Process.Pid)
	err = cmd.Wait()
	seconds, peak = time.Since(begin).Seconds(), stop()
	if err != nil {
		return 0, 0, 0, err
	}
	text, err := os.ReadFile(result)
	if err != nil {
		return 0, 0, 0, err
	}
	count, err = strconv.Atoi(string(text))
	return seconds, peak, count, err
}

// nodes hold the pods of that many tenants: two replicas each, and the stores.
func nodes(size int) []localcluster.Node {
	list := localcluster.DefaultNodes()
	for i := range size/20 + 1 {
		list = append(list, localcluster.Node{
			Name: fmt.Sprintf("large-%d", i+1), Role: "cpu", Zone: "local-1a", CPU: "64", Memory: "256Gi", Pods: 250,
		})
	}
	return list
}

func write(rows []row) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "tenants\tresources\tper tenant\tpreview s\tup s\tno change s\tdown s\tpeak MiB\t")
	for _, r := range rows {
		fmt.Fprintf(table, "%d\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t\n", r.tenants, r.resources, float64(r.resources)/float64(r.tenants),
			r.seconds["preview"], r.seconds["up"], r.seconds["no change"], r.seconds["down"], r.peakMiB)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	base := rows[0]
	fmt.Fprintf(os.Stdout, "\nper tenant, and against the %d tenants of the first row\n", base.tenants)
	fmt.Fprintln(table, "tenants\tpreview ms\tup ms\tno change ms\tdown ms\tpeak MiB\tup ratio\tpeak ratio\t")
	for _, r := range rows {
		per := func(total float64) float64 { return total / float64(r.tenants) }
		perBase := func(total float64) float64 { return total / float64(base.tenants) }
		fmt.Fprintf(table, "%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.2f\t%.2f\t\n", r.tenants,
			1000*per(r.seconds["preview"]), 1000*per(r.seconds["up"]), 1000*per(r.seconds["no change"]), 1000*per(r.seconds["down"]),
			per(r.peakMiB), per(r.seconds["up"])/perBase(base.seconds["up"]), per(r.peakMiB)/perBase(base.peakMiB))
	}
	return table.Flush()
}
