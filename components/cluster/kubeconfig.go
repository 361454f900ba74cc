package cluster

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Kubeconfig returns a kubeconfig, as JSON, for a Kubernetes provider. It holds
// no credential: a client gets a token by running `aws eks get-token` with its
// own. Whatever uses it waits until the administrators have access.
func (c *Cluster) Kubeconfig() pulumi.StringOutput { return c.kubeconfig }

func (c *Cluster) newKubeconfig(ctx *pulumi.Context, in *Args) pulumi.StringOutput {
	rendered := pulumi.All(c.ref.Endpoint, c.ref.CertificateAuthority).ApplyT(func(values []any) (string, error) {
		return renderKubeconfig(in, values[0].(string), values[1].(string))
	})
	// A dependency and not a value: a new administrator must not make the
	// kubeconfig, and with it everything in the cluster, unknown in a preview.
	return pulumi.OutputWithDependencies(ctx.Context(), rendered, c.adminAccess...).(pulumi.StringOutput)
}

type (
	kubeCluster struct {
		Server    string `json:"server"`
		Authority string `json:"certificate-authority-data"`
	}
	kubeContext struct {
		Cluster string `json:"cluster"`
		User    string `json:"user"`
	}
	kubeEnv struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	kubeExec struct {
		APIVersion      string    `json:"apiVersion"`
		Command         string    `json:"command"`
		Args            []string  `json:"args"`
		Env             []kubeEnv `json:"env,omitempty"`
		InteractiveMode string    `json:"interactiveMode"`
	}
)

func renderKubeconfig(in *Args, endpoint, authority string) (string, error) {
	named := func(key string, value any) []map[string]any {
		return []map[string]any{{"name": in.Name, key: value}}
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": in.Name,
		"clusters":        named("cluster", kubeCluster{Server: endpoint, Authority: authority}),
		"contexts":        named("context", kubeContext{Cluster: in.Name, User: in.Name}),
		"users":           named("user", map[string]any{"exec": tokenCommand(in)}),
	})
	if err != nil {
		return "", fmt.Errorf("rendering kubeconfig: %w", err)
	}
	return string(text), nil
}

func tokenCommand(in *Args) kubeExec {
	command := kubeExec{
		APIVersion:      "client.authentication.k8s.io/v1beta1",
		Command:         "aws",
		Args:            []string{"eks", "get-token", "--cluster-name", in.Name, "--region", in.Region, "--output", "json"},
		InteractiveMode: "Never",
	}
	if in.CredentialRoleARN != "" {
		command.Args = append(command.Args, "--role-arn", in.CredentialRoleARN)
	}
	if in.CredentialProfile != "" {
		command.Env = []kubeEnv{{Name: "AWS_PROFILE", Value: in.CredentialProfile}}
	}
	return command
}
