package picture

import (
	"fmt"
	"image/color"
	"math"
	"time"

	"github.com/prometheus/common/model"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sizes of a graph's legend, in pixels.
const (
	legendLine   = 16.0
	legendColumn = 76.0
	legendGap    = 12.0
	// legendShare is how much of a panel the legend may take.
	legendShare = 0.4
)

// graph draws lines over time, with a legend of mean, maximum and last value.
func (s *sheet) graph(p Panel, lines []line, body area, when span) error {
	below := s.legend(p, lines, body)
	chart := body.inset(0, 0, 0, below)
	drawn := lines
	if p.stacked() {
		drawn = stack(lines)
	}
	axes := p.axes(drawn, when, chart)
	step := stepOf(lines)
	// From the top of a stack down, so that the lower areas stay visible.
	for i := len(drawn) - 1; i >= 0; i-- {
		if err := addLine(axes, p, drawn[i], step, seriesColor(i)); err != nil {
			return err
		}
	}
	if p.FieldConfig.Defaults.Custom.ThresholdsStyle.Mode == "dashed" {
		if err := p.addThresholds(axes); err != nil {
			return err
		}
	}
	axes.Draw(s.crop(chart))
	return nil
}

// stack puts each series on the sum of those before it. A sample that is
// missing counts as nothing.
func stack(lines []line) []line {
	below := map[model.Time]model.SampleValue{}
	var stacked []line
	for _, l := range lines {
		raised := line{name: l.name}
		for _, sample := range l.samples {
			if isNumber(sample) {
				below[sample.Timestamp] += sample.Value
				raised.samples = append(raised.samples, model.SamplePair{Timestamp: sample.Timestamp, Value: below[sample.Timestamp]})
			}
		}
		stacked = append(stacked, raised)
	}
	return stacked
}

func (p Panel) axes(lines []line, when span, chart area) *plot.Plot {
	low, high := p.limits(lines)
	unit := p.FieldConfig.Defaults.Unit
	marks := ticks(unit, low, high, max(int(chart.h/34), 2))
	axes := plot.New()
	axes.BackgroundColor = surface
	axes.X.Min, axes.X.Max = float64(when.from), float64(when.to)
	if when.from == when.to {
		axes.X.Max++
	}
	axes.Y.Min, axes.Y.Max = marks[0], marks[len(marks)-1]
	for _, axis := range []*plot.Axis{&axes.X, &axes.Y} {
		axis.LineStyle.Width, axis.Tick.LineStyle.Width, axis.Tick.Length = 0, 0, 0
		axis.Padding = 4
		style := pen{size: 11, color: plain}.style()
		axis.Tick.Label.Color, axis.Tick.Label.Font, axis.Tick.Label.Handler = style.Color, style.Font, style.Handler
	}
	axes.X.Tick.Marker = plot.ConstantTicks(timeTicks(when, max(int(chart.w/90), 2)))
	var labels []plot.Tick
	for _, value := range marks {
		labels = append(labels, plot.Tick{Value: value, Label: format(unit, value)})
	}
	axes.Y.Tick.Marker = plot.ConstantTicks(labels)
	lattice := plotter.NewGrid()
	lattice.Vertical = draw.LineStyle{Color: gridLine, Width: 1}
	lattice.Horizontal = lattice.Vertical
	axes.Add(lattice)
	return axes
}

func timeTicks(when span, count int) []plot.Tick {
	marks, layout := clock(when, count)
	labels := make([]plot.Tick, len(marks))
	for i, mark := range marks {
		labels[i] = plot.Tick{Value: mark, Label: time.UnixMilli(int64(mark)).UTC().Format(layout)}
	}
	return labels
}

// limits are the ends of the value axis: those of the panel or of the data. A
// threshold a little above the data is kept in sight.
func (p Panel) limits(lines []line) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		for _, sample := range l.samples {
			if isNumber(sample) {
				low, high = min(low, float64(sample.Value)), max(high, float64(sample.Value))
			}
		}
	}
	for _, step := range p.FieldConfig.Defaults.Thresholds.Steps {
		if step.Value != nil && *step.Value > high && *step.Value <= high*1.6 {
			high = *step.Value
		}
	}
	if fixed := p.FieldConfig.Defaults.Min; fixed != nil {
		low = min(low, *fixed)
	}
	if fixed := p.FieldConfig.Defaults.Max; fixed != nil {
		high = *fixed
	}
	if high <= low {
		high = low + 1
	}
	return low, high
}

func addLine(axes *plot.Plot, p Panel, l line, step model.Time, c color.NRGBA) error {
	for _, piece := range l.pieces(step) {
		points := make(plotter.XYs, len(piece))
		for i, sample := range piece {
			points[i] = plotter.XY{X: float64(sample.Timestamp), Y: float64(sample.Value)}
		}
		if len(points) == 1 {
			if err := addPoint(axes, points, c); err != nil {
				return err
			}
			continue
		}
		drawn, err := plotter.NewLine(points)
		if err != nil {
			return fmt.Errorf("series %q: %w", l.name, err)
		}
		drawn.LineStyle = draw.LineStyle{Color: c, Width: 1.4}
		if p.stacked() {
			drawn.FillColor = mixed(c, max(p.FieldConfig.Defaults.Custom.FillOpacity/100, 0.2))
		}
		axes.Add(drawn)
	}
	return nil
}

// addPoint draws a sample without neighbours, which no line shows.
func addPoint(axes *plot.Plot, points plotter.XYs, c color.NRGBA) error {
	dot, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	dot.GlyphStyle = draw.GlyphStyle{Color: c, Radius: 2.5, Shape: draw.CircleGlyph{}}
	axes.Add(dot)
	return nil
}

func (p Panel) addThresholds(axes *plot.Plot) error {
	for _, step := range p.FieldConfig.Defaults.Thresholds.Steps {
		if step.Value == nil || *step.Value > axes.Y.Max || *step.Value < axes.Y.Min {
			continue
		}
		level, err := plotter.NewLine(plotter.XYs{{X: axes.X.Min, Y: *step.Value}, {X: axes.X.Max, Y: *step.Value}})
		if err != nil {
			return fmt.Errorf("threshold %g: %w", *step.Value, err)
		}
		level.LineStyle = draw.LineStyle{Color: named[step.Color], Width: 1.2, Dashes: []vg.Length{7, 5}}
		axes.Add(level)
	}
	return nil
}

// numbers are what the legend says of a line: its last, highest and mean value.
func (l line) numbers(p Panel) []string {
	unit := p.FieldConfig.Defaults.Unit
	return []string{format(unit, l.last()), format(unit, l.top()), format(unit, l.mean())}
}

// legend writes one line for each series below the graph, as many as there is
// room for, and returns the height it took.
func (s *sheet) legend(p Panel, lines []line, body area) float64 {
	room := max(int(body.h*legendShare/legendLine)-1, 1)
	shown := lines
	if len(lines) > room {
		shown = lines[:room-1]
	}
	height := float64(min(len(lines), room)+1) * legendLine
	y := body.y + body.h - height + legendLine/2
	head, value := pen{size: 11, color: named["blue"], align: draw.XRight}, pen{size: 11, color: plain, align: draw.XRight}
	name := pen{size: 11, color: plain}
	right, wide := body.x+body.w, legendColumn
	for _, l := range shown {
		for _, text := range l.numbers(p) {
			wide = max(wide, value.width(text)+legendGap)
		}
	}
	for i, title := range []string{"Last", "Max", "Mean"} {
		s.write(head, right-float64(i)*wide, y, title)
	}
	for i, l := range shown {
		y += legendLine
		s.fill(area{body.x, y - 2, 14, 4}, seriesColor(i))
		s.write(name, body.x+20, y, name.fit(l.name, body.w-3*wide-20))
		for column, text := range l.numbers(p) {
			s.write(value, right-float64(column)*wide, y, text)
		}
	}
	if rest := len(lines) - len(shown); rest > 0 {
		s.write(pen{size: 11, color: faint}, body.x+20, y+legendLine, fmt.Sprintf("and %d more", rest))
	}
	return height + 4
}
