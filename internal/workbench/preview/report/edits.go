package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// writeEdits writes what was changed in the stack file, what the real provider does for
// such a change, what an update refuses of it, and what could not be compared.
func (s Summary) writeEdits(w io.Writer) {
	if len(s.Edits) > 0 || s.Refused != nil {
		s.writeChanges(w)
	}
	if s.Incomparable != nil {
		fmt.Fprintf(w, "The earlier version: %s\n\n", indented(s.Incomparable))
	}
}

func (s Summary) writeChanges(w io.Writer) {
	fmt.Fprintf(w, "Edits of the stack file: %d\n", len(s.Edits))
	for _, e := range s.Edits {
		from, to := brief(cmp.Or(e.From, absent), cmp.Or(e.To, absent))
		fmt.Fprintf(w, "  ~ %s: %s -> %s\n", e.Key, from, to)
		if e.Does != "" {
			fmt.Fprintf(w, "      Changing it later: %s\n", strings.ReplaceAll(strings.ReplaceAll(e.Does, "**", ""), "`", ""))
		}
	}
	if s.Refused != nil {
		fmt.Fprintf(w, "  refused  %s\n", indented(s.Refused))
	}
	fmt.Fprintln(w)
}

// indented puts the further lines of an error below its first.
func indented(err error) string { return strings.ReplaceAll(err.Error(), "\n", "\n           ") }
