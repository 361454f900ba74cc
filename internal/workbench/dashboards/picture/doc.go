// Package picture draws a Grafana dashboard as one PNG or SVG, from the dashboard's
// JSON and the results of its queries: the same grid, titles, units, legends and
// thresholds, without a Grafana.
//
// It draws rows, graphs (lines and stacks), single numbers, bars and tables, the
// kinds of panels the platform's dashboards use; another kind is an error. A
// panel without a result says "No data", as Grafana does.
//
// The same board and results give the same bytes.
//
//	board, err := picture.Decode(text)
//	err = picture.Render(file, board, picture.Results{1: {"A": matrix}})
package picture
