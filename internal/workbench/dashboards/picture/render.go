package picture

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The page, in pixels. A unit of the grid's height is 38, as in Grafana: 30 and
// a gap of 8.
const (
	pageWidth  = 1400
	gridWidth  = 24
	unitHeight = 38
	margin     = 12
	gap        = 8
	headHeight = 46
)

// dotsPerInch makes a point a pixel.
const dotsPerInch = 72

// Render draws the board with the given results as one PNG, 1400 pixels wide.
func Render(w io.Writer, d Board, results Results) error {
	width, height := d.size()
	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dotsPerInch), vgimg.UseBackgroundColor(background))
	if err := newSheet(canvas).board(d, results, nil); err != nil {
		return err
	}
	return encode(w, canvas.Image())
}

// RenderSVG draws the board as an svg element for a page, 1400 wide in its own units.
// A panel with a problem shows that instead of its results.
func RenderSVG(w io.Writer, d Board, results Results, problems Problems) error {
	width, height := d.size()
	canvas := vgsvg.New(width, height)
	s := newSheet(canvas)
	s.fill(area{0, 0, float64(width), float64(height)}, background)
	if err := s.board(d, results, problems); err != nil {
		return err
	}
	var document bytes.Buffer
	if _, err := canvas.WriteTo(&document); err != nil {
		return err
	}
	// What comes before the element belongs to a file of its own.
	_, err := w.Write(document.Bytes()[bytes.Index(document.Bytes(), []byte("<svg")):])
	return err
}

// size of the page, in pixels.
func (b Board) size() (width, height vg.Length) {
	rows := 0
	for _, p := range b.Panels {
		rows = max(rows, p.GridPos.Y+p.GridPos.H)
	}
	return pageWidth, vg.Length(headHeight + rows*unitHeight + margin)
}

func (s *sheet) board(d Board, results Results, problems Problems) error {
	if err := d.validate(); err != nil {
		return fmt.Errorf("drawing dashboard %q: %w", d.Title, err)
	}
	when := spanOf(results)
	s.head(d.Title, when)
	for _, p := range d.Panels {
		if err := s.panel(p, results, problems[p.ID], when); err != nil {
			return fmt.Errorf("drawing panel %d %q: %w", p.ID, p.Title, err)
		}
	}
	return nil
}

func (s *sheet) head(title string, when span) {
	s.write(pen{size: 19, color: bright, bold: true}, margin, headHeight/2, title)
	if when.to > 0 {
		const layout = "2006-01-02 15:04"
		text := fmt.Sprintf("%s to %s UTC", when.from.Time().UTC().Format(layout), when.to.Time().UTC().Format(layout))
		s.write(pen{size: 13, color: faint, align: draw.XRight}, pageWidth-margin, headHeight/2, text)
	}
}

// place is where a panel lies on the page, without the gap to its neighbours.
func (g GridPos) place() area {
	column := float64(pageWidth-2*margin+gap) / gridWidth
	left, right := math.Round(float64(g.X)*column), math.Round(float64(g.X+g.W)*column)
	return area{margin + left, float64(headHeight + g.Y*unitHeight), right - left - gap, float64(g.H*unitHeight - gap)}
}

func (s *sheet) panel(p Panel, results Results, problem string, when span) error {
	a := p.GridPos.place()
	if p.Type == "row" {
		s.row(p, a)
		return nil
	}
	s.fill(a, surface)
	s.frame(a, border)
	title := pen{size: 13, color: bright, bold: true}
	s.write(title, a.x+10, a.y+16, title.fit(p.Title, a.w-20))
	body := a.inset(10, 30, 10, 8)
	if problem != "" {
		s.problem(problem, body)
		return nil
	}
	lines := p.lines(results)
	if len(lines) == 0 {
		s.write(pen{size: 15, color: faint, align: draw.XCenter}, body.x+body.w/2, body.y+body.h/2, "No data")
		return nil
	}
	switch p.Type {
	case "stat":
		s.stat(p, lines, body)
	case "bargauge":
		s.bars(p, lines, body)
	case "table":
		s.table(p, results, body)
	default:
		return s.graph(p, lines, body, when)
	}
	return nil
}

// problem writes what keeps a panel from being drawn, in as many lines as fit.
func (s *sheet) problem(text string, body area) {
	const lineHeight = 16.0
	p := pen{size: 12, color: named["red"]}
	for i, line := range p.lines(text, body.w) {
		if y := body.y + (float64(i)+0.5)*lineHeight; y < body.y+body.h {
			s.write(p, body.x, y, line)
		}
	}
}

// row is a heading with the mark of an open section.
func (s *sheet) row(p Panel, a area) {
	middle := a.y + a.h/2
	s.polygon(plain, [2]float64{a.x, middle - 3}, [2]float64{a.x + 10, middle - 3}, [2]float64{a.x + 5, middle + 4})
	s.write(pen{size: 15, color: bright, bold: true}, a.x+18, middle, p.Title)
}

// clock are the ticks of a time axis: the finest round step of at most count.
func clock(when span, count int) (ticks []float64, layout string) {
	from, to := when.from.Time().UTC(), when.to.Time().UTC()
	steps := []time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
	}
	step := steps[len(steps)-1]
	for _, candidate := range steps {
		if to.Sub(from) <= candidate*time.Duration(count) {
			step = candidate
			break
		}
	}
	layout = "15:04"
	switch {
	case step >= 24*time.Hour:
		layout = "01-02"
	case step < time.Minute:
		layout = "15:04:05"
	}
	for t := from.Truncate(step); !t.After(to); t = t.Add(step) {
		if !t.Before(from) {
			ticks = append(ticks, float64(t.UnixMilli()))
		}
	}
	return ticks, layout
}
