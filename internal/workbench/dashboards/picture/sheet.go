package picture

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	stdfont "golang.org/x/image/font"
)

// area is a rectangle in pixels; y grows downwards.
type area struct{ x, y, w, h float64 }

// inset is the area without its margins.
func (a area) inset(left, top, right, bottom float64) area {
	return area{a.x + left, a.y + top, a.w - left - right, a.h - top - bottom}
}

// sheet is what is drawn on.
type sheet struct {
	canvas draw.Canvas
	height float64
}

func newSheet(canvas vg.CanvasSizer) *sheet {
	_, height := canvas.Size()
	return &sheet{canvas: draw.New(canvas), height: float64(height)}
}

// crop is the part of the canvas within the area.
func (s *sheet) crop(a area) draw.Canvas {
	return draw.Canvas{Canvas: s.canvas.Canvas, Rectangle: vg.Rectangle{
		Min: vg.Point{X: vg.Length(a.x), Y: vg.Length(s.height - a.y - a.h)},
		Max: vg.Point{X: vg.Length(a.x + a.w), Y: vg.Length(s.height - a.y)},
	}}
}

func (s *sheet) fill(a area, c color.Color) {
	r := s.crop(a).Rectangle
	s.canvas.SetColor(c)
	s.canvas.Fill(r.Path())
}

func (s *sheet) frame(a area, c color.Color) {
	s.fill(area{a.x, a.y, a.w, 1}, c)
	s.fill(area{a.x, a.y + a.h - 1, a.w, 1}, c)
	s.fill(area{a.x, a.y, 1, a.h}, c)
	s.fill(area{a.x + a.w - 1, a.y, 1, a.h}, c)
}

// polygon fills the shape with the given corners.
func (s *sheet) polygon(c color.Color, corners ...[2]float64) {
	points := make([]vg.Point, len(corners))
	for i, corner := range corners {
		points[i] = vg.Point{X: vg.Length(corner[0]), Y: vg.Length(s.height - corner[1])}
	}
	s.canvas.FillPolygon(c, points)
}

// line draws through the given points.
func (s *sheet) line(c color.Color, width float64, points ...[2]float64) {
	path := make([]vg.Point, len(points))
	for i, p := range points {
		path[i] = vg.Point{X: vg.Length(p[0]), Y: vg.Length(s.height - p[1])}
	}
	s.canvas.StrokeLines(draw.LineStyle{Color: c, Width: vg.Length(width)}, path)
}

// pen is a style of writing.
type pen struct {
	size  float64
	color color.Color
	bold  bool
	align draw.XAlignment
}

func (p pen) style() draw.TextStyle {
	weight := stdfont.WeightNormal
	if p.bold {
		weight = stdfont.WeightBold
	}
	return draw.TextStyle{
		Color:   p.color,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(p.size), Weight: weight},
		XAlign:  p.align,
		YAlign:  draw.YCenter,
		Handler: unkerned{text.Plain{Fonts: font.DefaultCache}},
	}
}

func (p pen) width(text string) float64 { return float64(p.style().Width(text)) }

// fit shortens a text to the given width.
func (p pen) fit(text string, width float64) string {
	if p.width(text) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && p.width(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// lines breaks a text between words where it is wider than the given width.
func (p pen) lines(text string, width float64) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if last := len(lines) - 1; last >= 0 && p.width(lines[last]+" "+word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, p.fit(word, width))
	}
	return lines
}

// write puts a text at a point: x is its left end, middle or right end by the
// alignment of the pen, y its middle.
func (s *sheet) write(p pen, x, y float64, text string) {
	if text != "" {
		s.canvas.FillText(p.style(), vg.Point{X: vg.Length(x), Y: vg.Length(s.height - y)}, text)
	}
}
