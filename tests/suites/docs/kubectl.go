package docs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/jsonpath"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/get"
	"k8s.io/kubectl/pkg/cmd/util"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Kubectl does what the program kubectl does with the arguments of this process.
func Kubectl() {
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}

// contextName is the context that kind makes for the cluster of make kind-up.
const contextName = "kind-mlops"

// cluster checks commands of kubectl.
type cluster struct {
	binary, folder string
	set            *toolset.Set

	// One command at a time: what the server was asked is that command's.
	mu     sync.Mutex
	server *emptyCluster
	config string
}

func (k *cluster) validate(ctx context.Context, c command) (string, error) {
	flags, problem := parseFlags(c.args[1:])
	if problem != "" {
		return problem, nil
	}
	if problem := wrongFlags(flags); problem != "" {
		return problem, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.start(ctx); err != nil {
		return "", err
	}
	k.server.forget()
	text, err := output(ctx, k.folder, []string{"KUBECONFIG=" + k.config, "HOME=" + k.folder, asKubectl + "=1"}, k.binary, c.args[1:]...)
	if _, failed := asExit(err); err != nil && !failed {
		return "", err
	}
	if err != nil && !strings.Contains(text, "(NotFound)") {
		return firstLine(text), nil
	}
	for _, request := range k.server.forget() {
		if problem := absent(request); problem != "" {
			return problem, nil
		}
	}
	return "", nil
}

// asKubectl tells a process to do as kubectl does.
const asKubectl = "MLOPS_DOCS_KUBECTL"

// ActsAsKubectl says whether this process was started to be kubectl.
func ActsAsKubectl() bool { return os.Getenv(asKubectl) != "" }

// start makes the server and a kubeconfig for it, once.
func (k *cluster) start(ctx context.Context) error {
	if k.server != nil {
		return nil
	}
	server, err := newEmptyCluster(ctx, k.set)
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters[contextName] = &api.Cluster{Server: server.URL}
	config.Contexts[contextName] = &api.Context{Cluster: contextName}
	config.CurrentContext = contextName
	path := filepath.Join(k.folder, "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		server.Close()
		return fmt.Errorf("writing a kubeconfig: %w", err)
	}
	k.server, k.config = server, path
	return nil
}

// Close ends the server, if one was started.
func (c *Checker) Close() {
	c.cluster.mu.Lock()
	defer c.cluster.mu.Unlock()
	if c.cluster.server != nil {
		c.cluster.server.Close()
	}
}

// parseFlags finds the command in the tree of kubectl and parses its flags.
func parseFlags(args []string) (*pflag.FlagSet, string) {
	streams := genericiooptions.NewTestIOStreamsDiscard()
	root := kubectl.NewDefaultKubectlCommandWithArgs(kubectl.KubectlOptions{Arguments: append([]string{"kubectl"}, args...), IOStreams: streams})
	found, rest, err := root.Find(args)
	if err != nil {
		return nil, err.Error()
	}
	if !found.Runnable() || found == root {
		return nil, "not a command of kubectl"
	}
	if err := found.ParseFlags(rest); err != nil {
		return nil, err.Error()
	}
	// Of its groups only create does something by itself, with a file.
	if found.HasSubCommands() && !found.Flags().Changed("filename") {
		return nil, "a subcommand is missing"
	}
	return found.Flags(), ""
}

// wrongFlags checks what kubectl looks at only after it has found an object.
func wrongFlags(flags *pflag.FlagSet) string {
	value := func(name string) string {
		if flag := flags.Lookup(name); flag != nil && flag.Changed {
			return flag.Value.String()
		}
		return ""
	}
	if container := value("container"); container != "" && container != "[]" && !slices.Contains(containers, container) {
		return fmt.Sprintf("no pod of the platform has a container %q", container)
	}
	if format := value("output"); format != "" {
		printer := get.NewGetPrintFlags()
		printer.OutputFormat = &format
		if _, err := printer.ToPrinter(); err != nil {
			return err.Error()
		}
	}
	if by := value("sort-by"); by != "" {
		expression, err := get.RelaxedJSONPathExpression(by)
		if err == nil {
			err = jsonpath.New("").Parse(expression)
		}
		if err != nil {
			return err.Error()
		}
	}
	return ""
}
