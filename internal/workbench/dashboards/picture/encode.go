package picture

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"slices"
)

// paletteSize is what a PNG with one byte for each pixel can hold.
const paletteSize = 256

// encode writes the image with at most 256 colours, the most frequent ones; the
// rest, shades at the edges of letters and lines, become the nearest of them.
// That is a third of the size of the full colours and looks the same.
func encode(w io.Writer, full image.Image) error {
	img := image.NewRGBA(full.Bounds())
	draw.Draw(img, img.Bounds(), full, img.Bounds().Min, draw.Src)
	counts := map[color.RGBA]int{}
	for i := 0; i < len(img.Pix); i += 4 {
		counts[at(img, i)]++
	}
	colors := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		colors = append(colors, c)
	}
	// Of equal counts the darker first: the order must not be that of a map.
	slices.SortFunc(colors, func(a, b color.RGBA) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return key(a) - key(b)
	})
	index := map[color.RGBA]uint8{}
	chosen := colors[:min(len(colors), paletteSize)]
	palette := make(color.Palette, len(chosen))
	for i, c := range chosen {
		palette[i], index[c] = c, uint8(i)
	}
	for _, c := range colors[len(chosen):] {
		index[c] = uint8(palette.Index(c))
	}
	reduced := image.NewPaletted(img.Bounds(), palette)
	for i := range reduced.Pix {
		reduced.Pix[i] = index[at(img, i*4)]
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(w, reduced)
}

func at(img *image.RGBA, i int) color.RGBA {
	return color.RGBA{R: img.Pix[i], G: img.Pix[i+1], B: img.Pix[i+2], A: img.Pix[i+3]}
}

func key(c color.RGBA) int { return int(c.R)<<16 | int(c.G)<<8 | int(c.B) }
