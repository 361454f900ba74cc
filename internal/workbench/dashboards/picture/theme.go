package picture

import "image/color"

// Colours of the dark theme, and of series in their order.
var (
	background = rgb(0x11, 0x12, 0x17)
	surface    = rgb(0x18, 0x1b, 0x1f)
	border     = rgb(0x2c, 0x30, 0x36)
	gridLine   = rgb(0x2a, 0x2d, 0x33)
	bright     = rgb(0xe6, 0xe7, 0xea)
	plain      = rgb(0xc4, 0xc6, 0xd0)
	faint      = rgb(0x8e, 0x92, 0x9b)

	seriesColors = []color.NRGBA{
		rgb(0x73, 0xbf, 0x69), rgb(0xf2, 0xcc, 0x0c), rgb(0x5b, 0x9b, 0xf0), rgb(0xff, 0x98, 0x30),
		rgb(0xf2, 0x49, 0x5c), rgb(0xb8, 0x77, 0xd9), rgb(0x6e, 0xd0, 0xe0), rgb(0xff, 0xa6, 0xb0),
		rgb(0x9a, 0xc4, 0x8a), rgb(0xc0, 0xa0, 0x60), rgb(0x8a, 0xb8, 0xff), rgb(0xd6, 0x83, 0xce),
	}
	named = map[string]color.NRGBA{
		"green": rgb(0x73, 0xbf, 0x69), "orange": rgb(0xff, 0x98, 0x30), "red": rgb(0xf2, 0x49, 0x5c),
		"yellow": rgb(0xf2, 0xcc, 0x0c), "blue": rgb(0x5b, 0x9b, 0xf0),
	}
)

func rgb(r, g, b uint8) color.NRGBA { return color.NRGBA{R: r, G: g, B: b, A: 255} }

func seriesColor(index int) color.NRGBA { return seriesColors[index%len(seriesColors)] }

// mixed is a colour at some share of its strength on the surface of a panel. It
// is opaque, so that a picture needs few colours.
func mixed(c color.NRGBA, share float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(float64(a)*share + float64(b)*(1-share) + 0.5) }
	return rgb(mix(c.R, surface.R), mix(c.G, surface.G), mix(c.B, surface.B))
}

// color of a value by the thresholds.
func (t Thresholds) color(value float64) color.NRGBA {
	chosen := named["green"]
	for _, s := range t.Steps {
		if s.Value == nil || value >= *s.Value {
			if c, known := named[s.Color]; known {
				chosen = c
			}
		}
	}
	return chosen
}
