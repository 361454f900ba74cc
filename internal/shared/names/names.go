// Package names has the names that parts of the platform agree on, and makes physical names where something outside Pulumi must know
// them in advance. Everywhere else Pulumi's own naming is used.
package names

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// hashLength is how many hexadecimal digits of the full name's SHA-256 replace
// what is cut off: 6 digits are 16.7 million values, enough to keep the handful
// of long names in one account apart.
const hashLength = 6

// Short joins parts with "-" and returns a lower-case name of at most limit
// characters. Characters other than a-z, 0-9 and "-" become "-". A name that is
// too long keeps its beginning and ends in a hash of the whole, so two long
// names that share a beginning stay different and the same parts always give
// the same name. limit must be at least 8; smaller values are raised to 8.
func Short(limit int, parts ...string) string {
	limit = max(limit, hashLength+2)
	full := clean(strings.Join(parts, "-"))
	if len(full) <= limit {
		return full
	}
	sum := sha256.Sum256([]byte(full))
	head := strings.TrimRight(full[:limit-hashLength-1], "-")
	return head + "-" + hex.EncodeToString(sum[:])[:hashLength]
}

func clean(s string) string {
	mapped := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		default:
			return '-'
		}
	}, s)
	for strings.Contains(mapped, "--") {
		mapped = strings.ReplaceAll(mapped, "--", "-")
	}
	return strings.Trim(mapped, "-")
}
