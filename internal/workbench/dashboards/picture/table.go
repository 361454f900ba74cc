package picture

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/prometheus/common/model"
	"gonum.org/v1/plot/vg/draw"
)

// cells is a table: the names of its columns as Grafana calls the fields, and a
// row for each combination of labels.
type cells struct {
	labels []string
	rows   []map[string]any
	keys   map[model.Fingerprint]int
}

// merge brings the answers of all queries together: series with the same labels
// share a row.
func (p Panel) merge(results Results) cells {
	table := cells{keys: map[model.Fingerprint]int{}}
	for _, target := range p.Targets {
		field := "Value"
		if len(p.Targets) > 1 {
			field = "Value #" + target.RefID
		}
		for _, stream := range results[p.ID][target.RefID] {
			if !slices.ContainsFunc(stream.Values, isNumber) {
				continue
			}
			key := stream.Metric.Fingerprint()
			at, known := table.keys[key]
			if !known {
				at = len(table.rows)
				table.keys[key] = at
				table.rows = append(table.rows, map[string]any{})
			}
			for label, value := range stream.Metric {
				table.rows[at][string(label)] = string(value)
				if !slices.Contains(table.labels, string(label)) {
					table.labels = append(table.labels, string(label))
				}
			}
			table.rows[at][field] = line{samples: stream.Values}.last()
		}
	}
	sort.Strings(table.labels)
	return table
}

// heading is a column with what is written above it.
type heading struct{ field, title string }

// organize applies the order and the names the panel gives its columns.
func (p Panel) organize(table cells) []heading {
	fields := slices.Clone(table.labels)
	for _, target := range p.Targets {
		if len(p.Targets) == 1 {
			fields = append(fields, "Value")
			break
		}
		fields = append(fields, "Value #"+target.RefID)
	}
	var columns []heading
	order := map[string]int{}
	for i, field := range fields {
		column := heading{field, field}
		// What is not ordered stays behind what is.
		order[field] = len(fields) + i
		hidden := false
		for _, t := range p.Transformations {
			if name := t.Options.Rename[field]; name != "" {
				column.title = name
			}
			if at, given := t.Options.Index[field]; given {
				order[field] = at
			}
			hidden = hidden || t.Options.Exclude[field]
		}
		if !hidden {
			columns = append(columns, column)
		}
	}
	slices.SortStableFunc(columns, func(a, b heading) int { return order[a.field] - order[b.field] })
	return columns
}

// table writes the columns with their headings, and as many rows as fit.
func (s *sheet) table(p Panel, results Results, body area) {
	const rowHeight = 24.0
	table := p.merge(results)
	columns := p.organize(table)
	texts := make([][]string, len(table.rows))
	for i, row := range table.rows {
		for _, column := range columns {
			texts[i] = append(texts[i], cell(row[column.field], p.unit(column.title)))
		}
	}
	slices.SortStableFunc(texts, func(a, b []string) int { return strings.Compare(strings.Join(a, "\x00"), strings.Join(b, "\x00")) })
	widths := columnWidths(columns, texts, body.w)
	room := int(body.h/rowHeight) - 1
	shown := texts
	if len(texts) > room {
		shown = texts[:room-1]
	}
	titles := make([]string, len(columns))
	for i, column := range columns {
		titles[i] = column.title
	}
	s.cells(area{body.x, body.y, body.w, rowHeight}, widths, titles, columns, pen{size: 12, color: named["blue"], bold: true})
	for i, row := range shown {
		a := area{body.x, body.y + float64(i+1)*rowHeight, body.w, rowHeight}
		s.fill(area{a.x, a.y, a.w, 1}, border)
		s.cells(a, widths, row, columns, pen{size: 12, color: plain})
	}
	if rest := len(texts) - len(shown); rest > 0 {
		s.write(pen{size: 12, color: faint}, body.x+6, body.y+float64(len(shown)+1)*rowHeight+rowHeight/2, fmt.Sprintf("and %d more", rest))
	}
}

// cells writes one row: labels to the left of their column, numbers to the right.
func (s *sheet) cells(a area, widths []float64, texts []string, columns []heading, p pen) {
	x := a.x
	for i, text := range texts {
		text = p.fit(text, widths[i]-12)
		if strings.HasPrefix(columns[i].field, "Value") {
			p.align = draw.XRight
			s.write(p, x+widths[i]-6, a.y+a.h/2, text)
		} else {
			p.align = draw.XLeft
			s.write(p, x+6, a.y+a.h/2, text)
		}
		x += widths[i]
	}
}

// columnWidths shares the width by what the columns need.
func columnWidths(columns []heading, texts [][]string, width float64) []float64 {
	widths, total := make([]float64, len(columns)), 0.0
	for i, column := range columns {
		widths[i] = pen{size: 12, bold: true}.width(column.title)
		for _, row := range texts {
			widths[i] = max(widths[i], pen{size: 12}.width(row[i]))
		}
		widths[i] += 24
		total += widths[i]
	}
	for i := range widths {
		widths[i] *= width / total
	}
	return widths
}

func cell(value any, unit string) string {
	switch v := value.(type) {
	case float64:
		return format(unit, v)
	case string:
		return v
	default:
		return ""
	}
}
