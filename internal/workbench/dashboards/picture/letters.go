package picture

import (
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// unkerned writes like the handler it wraps, but keeps two ones apart: the font
// draws them closer together than other digits, which at a dozen pixels makes
// one blot of the 11 of a time or a date.
type unkerned struct{ text.Plain }

// Draw writes the text at a point.
func (h unkerned) Draw(c vg.Canvas, txt string, style text.Style, at vg.Point) {
	h.Plain.Draw(apart{c}, txt, style, at)
}

// apart is a canvas that moves on by the full width of a one.
type apart struct{ vg.Canvas }

// FillString writes a text in pieces that end between two ones.
func (c apart) FillString(face font.Face, at vg.Point, txt string) {
	for {
		i := strings.Index(txt, "11")
		if i < 0 {
			c.Canvas.FillString(face, at, txt)
			return
		}
		piece := txt[:i+1]
		c.Canvas.FillString(face, at, piece)
		at.X += face.Width(piece)
		txt = txt[i+1:]
	}
}
