package reach

import (
	"fmt"
	"slices"
	"strings"
)

// Words of a table.
const (
	nothing    = "."
	everything = "all"
	unasked    = " "
)

// Table draws the matrix with a row and a column per group: from the left to the
// top. A cell lists the ports that every pair of its peers can connect on; where
// the pairs of a cell differ, each answer is there.
func (m Matrix) Table(peers []Peer, ports []Port) string {
	var groups []string
	members := map[string][]string{}
	for _, p := range peers {
		if _, known := members[p.Group]; !known {
			groups = append(groups, p.Group)
		}
		members[p.Group] = append(members[p.Group], p.Name)
	}
	rows := [][]string{{"", "from \\ to"}}
	for i := range groups {
		rows[0] = append(rows[0], fmt.Sprint(i+1))
	}
	for i, from := range groups {
		row := []string{fmt.Sprint(i + 1), from}
		for _, to := range groups {
			row = append(row, m.summary(members[from], members[to], ports))
		}
		rows = append(rows, row)
	}
	return align(rows) + legend
}

const legend = `  "." none, "all" every port, "53u" is UDP and "53" TCP, blank: not guarded by the platform or the same peer
`

// summary is the text of one cell of a table.
func (m Matrix) summary(from, to []string, ports []Port) string {
	var answers []string
	for _, a := range from {
		for _, b := range to {
			answer, asked := m.open(a, b, ports)
			if asked && !slices.Contains(answers, answer) {
				answers = append(answers, answer)
			}
		}
	}
	if len(answers) == 0 {
		return unasked
	}
	slices.Sort(answers)
	return strings.Join(answers, "|")
}

// open lists the ports that are open from one peer to another.
func (m Matrix) open(from, to string, ports []Port) (string, bool) {
	var texts []string
	for _, port := range ports {
		allowed, asked := m[Cell{from, to, port}]
		if !asked {
			return "", false
		}
		if allowed {
			texts = append(texts, short(port))
		}
	}
	switch len(texts) {
	case 0:
		return nothing, true
	case len(ports):
		return everything, true
	default:
		return strings.Join(texts, ","), true
	}
}

func short(p Port) string {
	if p.Protocol == "UDP" {
		return fmt.Sprintf("%du", p.Number)
	}
	return fmt.Sprint(p.Number)
}

func align(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], len(text))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, text := range row {
			line += fmt.Sprintf("  %-*s", widths[i], text)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
