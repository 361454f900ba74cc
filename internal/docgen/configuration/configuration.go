// Package configuration writes docs/configuration.md: every key of a stack file
// with its type, unit, default, meaning and what changing it later does.
package configuration

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/internal/docgen/model"
)

const preface = `# Configuration reference

<!-- Generated from the types of the settings by make docs. Do not edit. -->

Everything about a stack is one object under one key of its stack file, ` + "`Pulumi.<stack>.yaml`" + `:

` + "```yaml" + `
config:
  pulumi:disable-default-providers: [aws, kubernetes]
  mlops:platform:
    environment: dev
    owner: ml-platform
    costCenter: ml-dev
    aws: {region: eu-west-1, accountId: "111111111111"}
    cluster:
      adminPrincipalArns:
        - arn:aws:iam::111111111111:role/mlops-deploy
        - arn:aws:iam::111111111111:role/platform-admin
` + "```" + `

Those are all the required keys on AWS; the tables below list every other one. A stack on an existing cluster
(` + "`substrate: kubernetes`" + `) needs no ` + "`aws`" + ` and no ` + "`cluster`" + `, but the cluster's context:

` + "```yaml" + `
config:
  pulumi:disable-default-providers: [aws, kubernetes]
  mlops:platform:
    substrate: kubernetes
    environment: local
    owner: ml-platform
    costCenter: ml-local
    kubernetes: {context: kind-mlops}
` + "```" + `

A key that exists on one substrate only says so, and is an error on the other.

The file is read strictly: unknown keys, values of
the wrong type, nulls and broken rules stop the run before anything is planned, and all of them are reported at once, each
with its path and the rule, for example

` + "```text" + `
Pulumi.dev.yaml: 2 errors:
  network.cidrr: Forbidden: unknown key, did you mean "cidr"?
  nodeGroups[cpu].maxSize: Invalid value: 1: must be >= minSize (2)
` + "```" + `

A list replaces its default as a whole. Secrets must be encrypted; Pulumi does that when it writes them:

` + "```sh" + `
pulumi config set --secret --path 'mlops:platform.monitoring.alerting.pagerDuty.routingKey'
` + "```" + `

Values that are **fixed** are recorded by the first deployment, and a later run that changes one is refused before it
touches anything ([deploying](deploying.md#what-can-never-change)); so is one that makes something smaller that can
[only grow](deploying.md#what-can-only-grow).

The only other key the platform needs is ` + "`pulumi:disable-default-providers`" + `, as above: nothing may be built with
credentials that happen to be lying around.
`

// Render returns the page of the keys of a stack file.
func Render(file *model.Object) string {
	var text strings.Builder
	text.WriteString(preface)
	write(&text, file, "")
	return text.String()
}

// write adds the table of an object and those of the objects in it.
func write(text *strings.Builder, object *model.Object, meaning string) {
	title := "`" + object.Path + "`"
	if object.Path == "" {
		title = "The platform"
	}
	fmt.Fprintf(text, "\n## %s\n\n%s", title, meaning)
	text.WriteString("| Key | Type | Unit | Default | Meaning | Changing it later |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, key := range object.Keys {
		fmt.Fprintf(text, "| `%s` | %s | %s | %s | %s | %s |\n", key.Path, typeOf(key.Type), key.Unit, defaultOf(key), meaningOf(key), key.Change)
	}
	for _, key := range object.Keys {
		switch {
		case model.IsObject(key.Type):
			write(text, key.Object, meaningOf(key)+"\n\n")
		case key.Object != nil: // an entry is explained by its type
			write(text, key.Object, key.Object.Meaning+"\n\n")
		}
	}
}

func meaningOf(key *model.Key) string {
	if key.Only == "" {
		return key.Meaning
	}
	return key.Meaning + " Only on substrate `" + key.Only + "`."
}
