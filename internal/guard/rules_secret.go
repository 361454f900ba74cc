package guard

import (
	"maps"
	"regexp"
	"slices"
)

// sensitiveInputs are the inputs whose only use is a secret.
var sensitiveInputs = map[string][]string{
	typeDatabase:         {"password"},
	typeDatabaseCluster:  {"masterPassword"},
	typeSecretVersion:    {"secretString", "secretBinary"},
	typeParameter:        {"value"},
	typeKubernetesSecret: {"data", "stringData"},
}

func secretRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-SEC-001", Title: "secret inputs are marked secret",
			Reason: "An input that is not marked secret is printed in previews and stored in plain text in the state.",
			Fix:    "pass the value as a secret output (pulumi.ToSecret, config.RequireSecret)",
			Types:  slices.Sorted(maps.Keys(sensitiveInputs)), Check: markedSecret,
		},
		{
			ID: "MLOPS-SEC-002", Title: "environment variables hold no secrets",
			Reason: "Everybody who may read the workload reads its environment, and so do crash reports.",
			Fix:    "take the value from a Secret with valueFrom.secretKeyRef",
			Types:  workloads, Check: plainEnvironment,
		},
		{
			ID: "MLOPS-SEC-003", Title: "chart values hold no plain secrets",
			Reason: "Values are stored in the release and in the state; a password among them must at least be marked secret.",
			Fix:    "name an existing Secret, or pass the values as a secret output",
			Types:  []string{typeHelmRelease, typeHelmChart}, Check: plainValues,
		},
	}
}

func markedSecret(r Resource) []Finding {
	var f findings
	if r.Type == typeParameter && is(r.at("type"), "SecureString") != yes {
		return f
	}
	for _, key := range sensitiveInputs[r.Type] {
		if isSet(r.at(key)) == yes {
			f.unless(fact(slices.Contains(r.Secrets, key)), "%s is not marked secret", key)
		}
	}
	return f
}

// secretName matches names of variables and chart values that hold a secret
// itself, not the name, the path or the lifetime of one.
var secretName = regexp.MustCompile(`(?i)(password|passwd|secret_?access_?key|secret_?key|api_?key|private_?key|auth_?token|access_?token|client_?secret)$`)

func plainEnvironment(r Resource) []Finding {
	var f findings
	for _, c := range containers(r) {
		variables, _ := items(c.at("env"))
		for _, variable := range variables {
			name := scalarText(child(variable, "name"))
			f.when(fact(secretName.MatchString(name) && isSet(child(variable, "value")) == yes), "%s: %s has a plain value", c.path, name)
		}
	}
	return f
}

func plainValues(r Resource) []Finding {
	var f findings
	if !slices.Contains(r.Secrets, "values") {
		f.plainSecrets("values", r.at("values"))
	}
	return f
}

// plainSecrets descends into values; an undecided value cannot be evaluated.
func (f *findings) plainSecrets(path string, v any) {
	fields, _ := v.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		text, isText := fields[key].(string)
		f.when(fact(isText && text != "" && secretName.MatchString(key)), "%s.%s has a plain value", path, key)
		f.plainSecrets(path+"."+key, fields[key])
	}
}
