package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/mlops-iac/mlops/internal/comments"
	"github.com/mlops-iac/mlops/internal/settings"
)

const preface = `# Configuration reference

<!-- Generated from internal/settings by go generate ./internal/settings. Do not edit. -->

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

A key that exists on one substrate only says so, and is a fault on the other.

The file is read strictly: unknown keys, values of
the wrong type, nulls and broken rules stop the run before anything is planned, and all of them are reported at once, each
with its path and the rule, for example

` + "```text" + `
Pulumi.dev.yaml: 2 faults:
  network.cidrr: Forbidden: unknown key, did you mean "cidr"?
  nodeGroups[cpu].maxSize: Invalid value: 1: must be >= minSize (2)
` + "```" + `

A list replaces its default as a whole. Secrets must be encrypted; Pulumi does that when it writes them:

` + "```sh" + `
pulumi config set --secret --path 'mlops:platform.monitoring.alerting.pagerDuty.routingKey'
` + "```" + `

The only other key the platform needs is ` + "`pulumi:disable-default-providers`" + `, as above: nothing may be built with
credentials that happen to be lying around.
`

// render returns the documentation of the settings whose sources are in a folder.
func render(source string) (string, error) {
	found, err := comments.Read(source)
	if err != nil {
		return "", err
	}
	w := walker{comments: found}
	var variants []variant
	for _, substrate := range settings.Substrate("").Values() {
		variants = append(variants, variant{substrate, reflect.ValueOf(settings.Default(settings.Substrate(substrate)))})
	}
	w.walk("", "", reflect.TypeFor[settings.Platform](), variants)
	if len(w.missing) > 0 {
		return "", fmt.Errorf("without a doc comment: %s", strings.Join(w.missing, ", "))
	}
	var text strings.Builder
	text.WriteString(preface)
	for _, s := range w.sections {
		s.write(&text)
	}
	return text.String(), nil
}

func (s section) write(text *strings.Builder) {
	title, meaning := "`"+s.path+"`", s.meaning+"\n\n"
	if s.path == "" {
		title, meaning = "The platform", ""
	}
	fmt.Fprintf(text, "\n## %s\n\n%s| Key | Type | Unit | Default | Meaning |\n| --- | --- | --- | --- | --- |\n", title, meaning)
	for _, r := range s.rows {
		fmt.Fprintf(text, "| `%s` | %s | %s | %s | %s |\n", r.key, r.kind, r.unit, r.value, r.meaning)
	}
}
