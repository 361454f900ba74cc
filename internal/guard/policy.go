package guard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// statement is one statement of an IAM policy, with every "one or many" made many.
type statement struct {
	Sid         string
	Effect      string
	Principal   principals
	Action      many
	NotAction   many
	Resource    many
	NotResource many
	Condition   map[string]map[string]many
	// NotPrincipal is kept as found: a statement with it is never narrow.
	NotPrincipal any
}

// many accepts one value or a list; numbers and booleans become text.
type many []string

// UnmarshalJSON implements json.Unmarshaler.
func (m *many) UnmarshalJSON(data []byte) error {
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	list, isList := raw.([]any)
	if !isList {
		list = []any{raw}
	}
	for _, item := range list {
		*m = append(*m, fmt.Sprint(item))
	}
	return nil
}

// principals maps a kind to identifiers. The bare "*" is kind "*" with itself.
type principals map[string]many

// UnmarshalJSON implements json.Unmarshaler.
func (p *principals) UnmarshalJSON(data []byte) error {
	var bare string
	if json.Unmarshal(data, &bare) == nil {
		*p = principals{bare: many{bare}}
		return nil
	}
	kinds := map[string]many{}
	if err := json.Unmarshal(data, &kinds); err != nil {
		return err
	}
	*p = kinds
	return nil
}

// anyone says whether the principals include everybody.
func (p principals) anyone() bool {
	return len(p["*"]) > 0 || slices.Contains(p["AWS"], "*")
}

// parsePolicy reads a policy given as JSON text or as an object. The answer is
// unsure when it, or a part of it, is not decided yet, and no when it is not a policy.
func parsePolicy(v any) (statements []statement, answer truth) {
	var text []byte
	switch v := v.(type) {
	case nil:
		return nil, yes
	case Unknown:
		return nil, unsure
	case string:
		text = []byte(v)
	default:
		rendered, err := json.Marshal(v)
		if err != nil {
			return nil, no
		}
		text = rendered
	}
	var document struct{ Statement json.RawMessage }
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, no
	}
	return parseStatements(document.Statement)
}

func parseStatements(raw json.RawMessage) (statements []statement, answer truth) {
	if len(raw) == 0 {
		return nil, no
	}
	if json.Unmarshal(raw, &statements) == nil {
		return statements, yes
	}
	var single statement
	if json.Unmarshal(raw, &single) != nil {
		return nil, no
	}
	return []statement{single}, yes
}

// label names a statement in a finding.
func (s statement) label(index int) string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %q", s.Sid)
	}
	return fmt.Sprintf("statement %d", index)
}

func (s statement) allows() bool { return !strings.EqualFold(s.Effect, "Deny") }

// narrowed says whether a condition on one of the keys limits the statement.
// A key that ends in "/" or ":" stands for a family such as tags. Operators that also
// hold when the key is missing, and values that match everything, do not limit.
func (s statement) narrowed(keys []string) bool {
	for operator, tests := range s.Condition {
		if !limits(operator) {
			continue
		}
		for key, values := range tests {
			if !slices.Contains(values, "*") && slices.ContainsFunc(keys, func(known string) bool { return sameKey(known, key) }) {
				return true
			}
		}
	}
	return false
}

// limits says whether an operator holds only when the key is there and matches.
func limits(operator string) bool {
	return operator != "Null" && !strings.HasSuffix(operator, "IfExists") &&
		!strings.HasPrefix(operator, "ForAllValues:") && !strings.Contains(operator, "Not")
}

func sameKey(known, key string) bool {
	known, key = strings.ToLower(known), strings.ToLower(key)
	family := strings.HasSuffix(known, "/") || strings.HasSuffix(known, ":")
	return known == key || (family && strings.HasPrefix(key, known))
}

func deniesPlainHTTP(policy any) truth {
	statements, answer := parsePolicy(policy)
	if answer != yes {
		return answer
	}
	for _, s := range statements {
		everyAction := slices.Contains(s.Action, "*") || slices.Contains(s.Action, "s3:*")
		if !s.allows() && s.Principal.anyone() && everyAction && s.deniesWithoutTLS() {
			return yes
		}
	}
	return no
}

func (s statement) deniesWithoutTLS() bool {
	for key, values := range s.Condition["Bool"] {
		if strings.EqualFold(key, "aws:SecureTransport") && len(s.Condition) == 1 && len(s.Condition["Bool"]) == 1 {
			return slices.Equal(values, many{"false"})
		}
	}
	return false
}
