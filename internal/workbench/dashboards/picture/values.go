package picture

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg/draw"
)

// stat writes the last value of each series in large digits on its past.
func (s *sheet) stat(p Panel, lines []line, body area) {
	width := body.w / float64(len(lines))
	for i, l := range lines {
		a := area{body.x + float64(i)*width, body.y, width, body.h}
		value := l.last()
		c := p.FieldConfig.Defaults.Thresholds.color(value)
		s.past(l, area{a.x, a.y + a.h*0.66, a.w, a.h * 0.34}, c)
		text := format(p.FieldConfig.Defaults.Unit, value)
		digits := pen{size: min(40, a.h*0.5), color: c, bold: true, align: draw.XCenter}
		for digits.size > 12 && digits.width(text) > a.w {
			digits.size--
		}
		s.write(digits, a.x+a.w/2, a.y+a.h*0.33, text)
		if len(lines) > 1 {
			name := pen{size: 11, color: plain, align: draw.XCenter}
			s.write(name, a.x+a.w/2, a.y+a.h-8, name.fit(l.name, a.w-6))
		}
	}
}

// past draws the course of a series as an area from zero, or from its lowest
// value where that is below.
func (s *sheet) past(l line, a area, c color.NRGBA) {
	low, high := 0.0, math.Max(l.top(), 0)
	var points [][2]float64
	count := 0
	for _, sample := range l.samples {
		if isNumber(sample) {
			low, count = min(low, float64(sample.Value)), count+1
		}
	}
	if count < 2 || high <= low {
		return
	}
	first, last := float64(l.samples[0].Timestamp), float64(l.samples[len(l.samples)-1].Timestamp)
	for _, sample := range l.samples {
		if isNumber(sample) {
			points = append(points, [2]float64{
				a.x + (float64(sample.Timestamp)-first)/(last-first)*a.w,
				a.y + a.h - (float64(sample.Value)-low)/(high-low)*a.h,
			})
		}
	}
	outline := append([][2]float64{{points[0][0], a.y + a.h}}, points...)
	outline = append(outline, [2]float64{points[len(points)-1][0], a.y + a.h})
	s.polygon(mixed(c, 0.22), outline...)
	s.line(mixed(c, 0.7), 1.2, points...)
}

// bars draws one bar for each series, the name to the left, the value to the right.
func (s *sheet) bars(p Panel, lines []line, body area) {
	const tallest, least = 52.0, 15.0
	height := min(tallest, body.h/float64(len(lines)))
	shown := lines
	if height < least {
		height = least
		shown = lines[:int(body.h/least)]
	}
	name, value := pen{size: 12, color: plain}, pen{size: 12, bold: true, align: draw.XRight}
	longest, largest := 0.0, 0.0
	for _, l := range shown {
		longest, largest = max(longest, name.width(l.name)), max(largest, l.last())
	}
	longest = min(longest, body.w*0.4)
	if fixed := p.FieldConfig.Defaults.Max; fixed != nil {
		largest = *fixed
	}
	const numbers = 84.0
	track := area{body.x + longest + 10, 0, body.w - longest - 10 - numbers, height - 6}
	for i, l := range shown {
		track.y = body.y + float64(i)*height + 3
		c := p.FieldConfig.Defaults.Thresholds.color(l.last())
		s.fill(track, gridLine)
		if share := min(max(l.last()/largest, 0), 1); share > 0 {
			s.fill(area{track.x, track.y, track.w * share, track.h}, mixed(c, 0.6))
		}
		s.write(name, body.x, track.y+track.h/2, name.fit(l.name, longest))
		value.color = c
		s.write(value, body.x+body.w, track.y+track.h/2, format(p.FieldConfig.Defaults.Unit, l.last()))
	}
}
