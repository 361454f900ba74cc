// Package iampolicy builds IAM policy documents from typed statements whose
// ARNs may still be unknown. Nothing is looked up: the document is rendered by
// this process, so a preview needs no AWS account.
package iampolicy

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Version is the IAM policy language version. The only other value, 2008-10-17,
// lacks policy variables.
const Version = "2012-10-17"

// Effect of a statement; the zero value means Allow.
type Effect string

// The effects IAM knows.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Principal kinds for Statement.Principals.
const (
	AWS       = "AWS"
	Service   = "Service"
	Federated = "Federated"
)

// Everyone is the anonymous principal; only Deny statements should use it.
const Everyone = "*"

// Principals maps a principal kind to identifiers.
type Principals = map[string][]pulumi.StringInput

// Conditions maps operator to key to values.
type Conditions = map[string]map[string][]pulumi.StringInput

// Statement is one statement of a policy document.
type Statement struct {
	// Sid names the statement; letters and digits only; optional.
	Sid string `pulumi:"sid"`
	// Effect is Allow unless set.
	Effect Effect `pulumi:"effect"`
	// Principals are who the statement is about; for trust and resource policies.
	Principals Principals `pulumi:"principals"`
	// Actions such as "s3:GetObject"; required.
	Actions []string `pulumi:"actions"`
	// Resources are ARNs; left empty only in trust policies.
	Resources []pulumi.StringInput `pulumi:"resources"`
	// Conditions limit the statement to requests that meet all of them.
	Conditions Conditions `pulumi:"conditions"`
}

// Strings converts plain ARNs or values to inputs.
func Strings(values ...string) []pulumi.StringInput {
	inputs := make([]pulumi.StringInput, len(values))
	for i, v := range values {
		inputs[i] = pulumi.String(v)
	}
	return inputs
}

// Document renders the statements as an IAM policy document.
func Document(statements ...Statement) pulumi.StringOutput {
	rendered := make(pulumi.Array, len(statements))
	for i, s := range statements {
		rendered[i] = s.input()
	}
	document := pulumi.Map{"Version": pulumi.String(Version), "Statement": rendered}
	return document.ToMapOutput().ApplyT(func(plain map[string]any) (string, error) {
		text, err := json.Marshal(plain)
		if err != nil {
			return "", fmt.Errorf("rendering IAM policy: %w", err)
		}
		return string(text), nil
	}).(pulumi.StringOutput)
}

// ServiceTrust is the trust policy that lets one AWS service assume a role.
// service is a host such as "ec2.amazonaws.com".
func ServiceTrust(service string) pulumi.StringOutput {
	return Document(Statement{
		Principals: Principals{Service: Strings(service)},
		Actions:    []string{"sts:AssumeRole"},
	})
}

func (s Statement) input() pulumi.Map {
	effect := s.Effect
	if effect == "" {
		effect = Allow
	}
	fields := pulumi.Map{"Effect": pulumi.String(effect), "Action": pulumi.ToStringArray(s.Actions)}
	if s.Sid != "" {
		fields["Sid"] = pulumi.String(s.Sid)
	}
	if len(s.Resources) > 0 {
		fields["Resource"] = pulumi.StringArray(s.Resources)
	}
	if len(s.Principals) > 0 {
		fields["Principal"] = principals(s.Principals)
	}
	if len(s.Conditions) > 0 {
		fields["Condition"] = conditions(s.Conditions)
	}
	return fields
}

// principals renders the anonymous principal as "*", which IAM treats
// differently from {"AWS":"*"} in some resource policies.
func principals(kinds Principals) pulumi.Input {
	if ids, ok := kinds[Everyone]; ok && len(ids) == 0 {
		return pulumi.String(Everyone)
	}
	rendered := pulumi.Map{}
	for kind, ids := range kinds {
		rendered[kind] = pulumi.StringArray(ids)
	}
	return rendered
}

func conditions(operators Conditions) pulumi.Map {
	rendered := pulumi.Map{}
	for operator, keys := range operators {
		values := pulumi.Map{}
		for key, wanted := range keys {
			values[key] = pulumi.StringArray(wanted)
		}
		rendered[operator] = values
	}
	return rendered
}

// Anyone is the anonymous principal for Deny statements in resource policies.
func Anyone() Principals {
	return Principals{Everyone: {}}
}
