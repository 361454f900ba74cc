package kubeprovider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// The settings of the provider, as the engine passes them: strings, and
// everything else as JSON in a string.
var (
	// plainSettings take effect or change nothing but warnings and releases.
	plainSettings = []string{
		"kubeconfig", "context", "cluster", "namespace", "clusterIdentifier", "kubeClientSettings",
		"helmReleaseSettings", "suppressDeprecationWarnings", "suppressHelmHookWarnings",
		"version", "pluginDownloadURL", "pluginChecksums", "__internal",
	}
	// fixedSettings have one value here; the reason names it.
	fixedSettings = map[string]struct {
		value  bool
		reason string
	}{
		"enableServerSideApply":  {true, "it always applies on the server"},
		"enablePatchForce":       {true, "it always takes over fields that others own"},
		"enableConfigMapMutable": {true, "it always changes a ConfigMap in place"},
		"enableSecretMutable":    {true, "it always changes a Secret in place"},
		"upsertExistingObjects":  {true, "it always takes over an object that exists"},
		"deleteUnreachable":      {false, "it never forgets objects of a cluster that does not answer"},
		"skipUpdateUnreachable":  {false, "it never skips objects of a cluster that does not answer"},
		"alwaysRender":           {false, "it never renders to files"},
	}
)

// connection is what the settings say about reaching the cluster.
type connection struct {
	Kubeconfig string
	Context    string
	Cluster    string
	Namespace  string
	Client     clientSettings
}

// clientSettings are the provider's kubeClientSettings. Unlike client-go's, the
// defaults let a deployment of hundreds of objects run at full speed and give
// up a request that hangs.
type clientSettings struct {
	Burst   int     `json:"burst"`
	QPS     float32 `json:"qps"`
	Timeout int     `json:"timeout"` // seconds
}

// CheckConfig implements pulumirpc.ResourceProviderServer: a setting that would
// change the behaviour in a way this provider does not cover is a failure.
func (p *provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := decode("the provider's settings", req.GetNews())
	if err != nil {
		return nil, err
	}
	settings := plain(news)
	failures := settingFailures(settings)
	if len(failures) == 0 && !hasUnknown(settings) {
		if _, err := restConfig(settings); err != nil {
			failures = append(failures, &pulumirpc.CheckFailure{Property: "kubeconfig", Reason: err.Error()})
		}
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews(), Failures: failures}, nil
}

// DiffConfig implements pulumirpc.ResourceProviderServer. Another cluster
// identifier replaces the provider and everything it made; any other change,
// such as a kubeconfig that moved, only takes effect.
func (p *provider) DiffConfig(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := decode("the provider's old settings", req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := decode("the provider's settings", req.GetNews())
	if err != nil {
		return nil, err
	}
	changes := differences(plain(olds), plain(news))
	for i := range changes {
		changes[i].replace = changes[i].path[0] == "clusterIdentifier"
	}
	return diffResponse(changes, false), nil
}

// Configure implements pulumirpc.ResourceProviderServer.
func (p *provider) Configure(_ context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	args, err := decode("the provider's settings", req.GetArgs())
	if err != nil {
		return nil, err
	}
	settings := plain(args)
	if failures := settingFailures(settings); len(failures) > 0 {
		return nil, status.Errorf(codes.InvalidArgument, "%s: %s", failures[0].GetProperty(), failures[0].GetReason())
	}
	connected, err := connect(settings)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cluster = connected
	// A server outlives a run: what cancelled the last one does not end this one.
	p.ended, p.end = context.WithCancel(context.Background())
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

func settingFailures(settings map[string]any) []*pulumirpc.CheckFailure {
	var failures []*pulumirpc.CheckFailure
	for _, name := range sortedKeys(settings) {
		if reason := settingFault(name, settings[name]); reason != "" {
			failures = append(failures, &pulumirpc.CheckFailure{Property: name, Reason: reason})
		}
	}
	return failures
}

func settingFault(name string, value any) string {
	if (value == unknown{}) || slices.Contains(plainSettings, name) {
		return ""
	}
	fixed, ok := fixedSettings[name]
	if !ok {
		return "the thin Kubernetes provider does not cover this setting; remove it, or install pulumi-resource-kubernetes"
	}
	if fmt.Sprint(value) != fmt.Sprint(fixed.value) {
		return fmt.Sprintf("must be %t with the thin Kubernetes provider: %s", fixed.value, fixed.reason)
	}
	return ""
}

func connectionOf(settings map[string]any) (connection, error) {
	c := connection{Client: clientSettings{QPS: 200, Burst: 400, Timeout: 60}}
	for name, field := range map[string]*string{
		"kubeconfig": &c.Kubeconfig, "context": &c.Context, "cluster": &c.Cluster, "namespace": &c.Namespace,
	} {
		*field, _ = settings[name].(string)
	}
	encoded, given := settings["kubeClientSettings"]
	if !given {
		return c, nil
	}
	text, isText := encoded.(string)
	if !isText {
		data, err := json.Marshal(encoded)
		if err != nil {
			return c, fmt.Errorf("kubeClientSettings: %w", err)
		}
		text = string(data)
	}
	if err := json.Unmarshal([]byte(text), &c.Client); err != nil {
		return c, fmt.Errorf("kubeClientSettings: must be an object of burst, qps and timeout: %w", err)
	}
	return c, nil
}

// clientConfig reads the kubeconfig: the content, a path, or the usual places.
func (c connection) clientConfig() (clientcmd.ClientConfig, error) {
	overrides := &clientcmd.ConfigOverrides{
		CurrentContext: c.Context,
		Context:        api.Context{Cluster: c.Cluster, Namespace: c.Namespace},
	}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	if c.Kubeconfig == "" {
		return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides), nil
	}
	if !strings.ContainsAny(c.Kubeconfig, "\n{") {
		if _, err := os.Stat(c.Kubeconfig); err != nil {
			return nil, fmt.Errorf("reading the kubeconfig: %w", err)
		}
		rules.ExplicitPath = c.Kubeconfig
		return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides), nil
	}
	parsed, err := clientcmd.Load([]byte(c.Kubeconfig))
	if err != nil {
		return nil, errors.New("the kubeconfig is neither the path of a file nor the content of one") // the cause may quote a credential
	}
	return clientcmd.NewNonInteractiveClientConfig(*parsed, c.Context, overrides, rules), nil
}

func restConfig(settings map[string]any) (*rest.Config, error) {
	c, err := connectionOf(settings)
	if err != nil {
		return nil, err
	}
	config, err := c.clientConfig()
	if err != nil {
		return nil, err
	}
	result, err := config.ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return result, nil
}
