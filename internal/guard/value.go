package guard

import (
	"fmt"
	"net/netip"
	"strings"
)

// truth is the answer to a question about an input that may not be decided yet.
type truth int

const (
	no truth = iota
	yes
	unsure
)

func (t truth) or(other truth) truth {
	switch {
	case t == yes || other == yes:
		return yes
	case t == unsure || other == unsure:
		return unsure
	default:
		return no
	}
}

func fact(b bool) truth {
	if b {
		return yes
	}
	return no
}

// isTrue treats an input that is not set as false. Text counts, because some
// providers model booleans as "true" and "false".
func isTrue(v any) truth {
	switch v := v.(type) {
	case Unknown:
		return unsure
	case bool:
		return fact(v)
	case string:
		return fact(strings.EqualFold(v, "true"))
	default:
		return no
	}
}

// isSet says whether an input has a value, decided or not.
func isSet(v any) truth {
	switch v := v.(type) {
	case nil:
		return no
	case string:
		return fact(strings.TrimSpace(v) != "")
	case []any:
		return fact(len(v) > 0)
	case map[string]any:
		return fact(len(v) > 0)
	default:
		return yes
	}
}

// is says whether an input is one of the texts, ignoring case.
func is(v any, wanted ...string) truth {
	switch v := v.(type) {
	case Unknown:
		return unsure
	case string:
		for _, w := range wanted {
			if strings.EqualFold(v, w) {
				return yes
			}
		}
	}
	return no
}

// number returns a number; text that is a number counts.
func number(v any) (value float64, answer truth) {
	switch v := v.(type) {
	case Unknown:
		return 0, unsure
	case float64:
		return v, yes
	case int:
		return float64(v), yes
	case string:
		var parsed float64
		if _, err := fmt.Sscan(v, &parsed); err == nil {
			return parsed, yes
		}
	}
	return 0, no
}

// items returns a list's elements; a single value is a list of one. The answer
// is unsure when the list itself is not decided.
func items(v any) (list []any, answer truth) {
	switch v := v.(type) {
	case nil:
		return nil, yes
	case Unknown:
		return nil, unsure
	case []any:
		return v, yes
	default:
		return []any{v}, yes
	}
}

// contains says whether a list holds a text.
func contains(v any, wanted string) truth {
	list, answer := items(v)
	if answer == unsure {
		return unsure
	}
	found := no
	for _, item := range list {
		found = found.or(is(item, wanted))
	}
	return found
}

// texts returns the decided texts of a list.
func texts(v any) []string {
	list, _ := items(v)
	var found []string
	for _, item := range list {
		if text, ok := item.(string); ok {
			found = append(found, text)
		}
	}
	return found
}

// Prefixes shorter than these reach so much of the internet that they count as
// all of it: 10.0.0.0/8 is the widest private IPv4 network, and /16 is wider
// than anything a registry hands out in IPv6.
const (
	widestIPv4 = 8
	widestIPv6 = 16
)

// isWorld says whether a CIDR admits the internet. Two halves such as
// 0.0.0.0/1 and 128.0.0.0/1 each count.
func isWorld(v any) truth {
	text, ok := v.(string)
	if !ok {
		return isUnknown(v)
	}
	prefix, err := netip.ParsePrefix(strings.TrimSpace(text))
	if err != nil {
		return no
	}
	if prefix.Addr().Is4() {
		return fact(prefix.Bits() < widestIPv4)
	}
	return fact(prefix.Bits() < widestIPv6 && !prefix.Addr().IsPrivate())
}

func isUnknown(v any) truth {
	if _, unknown := v.(Unknown); unknown {
		return unsure
	}
	return no
}
