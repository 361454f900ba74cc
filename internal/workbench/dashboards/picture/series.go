package picture

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
)

// line is one series with its name in the legend.
type line struct {
	name    string
	samples []model.SamplePair
}

var labelInLegend = regexp.MustCompile(`\{\{\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}`)

// legend fills the labels of a series into the format, or writes all of them
// where there is none.
func legend(format string, labels model.Metric) string {
	if format == "" || format == "__auto" {
		return labels.String()
	}
	return labelInLegend.ReplaceAllStringFunc(format, func(found string) string {
		return string(labels[model.LabelName(labelInLegend.FindStringSubmatch(found)[1])])
	})
}

// lines are the series of a panel that have a value, query by query and in the
// order of their names: Prometheus promises none.
func (p Panel) lines(results Results) []line {
	var all []line
	for _, target := range p.Targets {
		var of []line
		for _, stream := range results[p.ID][target.RefID] {
			if slices.ContainsFunc(stream.Values, isNumber) {
				of = append(of, line{legend(target.LegendFormat, stream.Metric), stream.Values})
			}
		}
		slices.SortStableFunc(of, func(a, b line) int { return strings.Compare(a.name, b.name) })
		all = append(all, of...)
	}
	return all
}

func isNumber(s model.SamplePair) bool {
	return !math.IsNaN(float64(s.Value)) && !math.IsInf(float64(s.Value), 0)
}

// last is the last number of the series.
func (l line) last() float64 {
	for i := len(l.samples) - 1; i >= 0; i-- {
		if isNumber(l.samples[i]) {
			return float64(l.samples[i].Value)
		}
	}
	return math.NaN()
}

// mean and top of all numbers of the series.
func (l line) mean() float64 {
	total, count := 0.0, 0
	for _, s := range l.samples {
		if isNumber(s) {
			total, count = total+float64(s.Value), count+1
		}
	}
	return total / float64(count)
}

func (l line) top() float64 {
	top := math.Inf(-1)
	for _, s := range l.samples {
		if isNumber(s) {
			top = max(top, float64(s.Value))
		}
	}
	return top
}

// pieces are the parts of a series without a gap: neither a value that is no
// number nor a missing sample.
func (l line) pieces(step model.Time) [][]model.SamplePair {
	var all [][]model.SamplePair
	var piece []model.SamplePair
	for _, s := range l.samples {
		gap := len(piece) > 0 && s.Timestamp-piece[len(piece)-1].Timestamp > step*5/2
		if gap || !isNumber(s) {
			all, piece = append(all, piece), nil
		}
		if isNumber(s) {
			piece = append(piece, s)
		}
	}
	all = append(all, piece)
	return slices.DeleteFunc(all, func(p []model.SamplePair) bool { return len(p) == 0 })
}

// stepOf is the shortest time between two samples.
func stepOf(lines []line) model.Time {
	step := model.Time(math.MaxInt64 / 4)
	for _, l := range lines {
		for i := 1; i < len(l.samples); i++ {
			step = min(step, l.samples[i].Timestamp-l.samples[i-1].Timestamp)
		}
	}
	return step
}

// span is the time from the first sample to the last, of all panels, so that
// all graphs have the same axis.
type span struct{ from, to model.Time }

func spanOf(results Results) span {
	all := span{from: math.MaxInt64}
	for _, queries := range results {
		for _, matrix := range queries {
			for _, stream := range matrix {
				if n := len(stream.Values); n > 0 {
					all.from, all.to = min(all.from, stream.Values[0].Timestamp), max(all.to, stream.Values[n-1].Timestamp)
				}
			}
		}
	}
	if all.from > all.to {
		return span{}
	}
	return all
}
