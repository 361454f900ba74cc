package picture

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// scale turns values into a larger unit once they reach it.
type scale struct {
	from   float64
	suffix string
}

// Scales as Grafana writes them, smallest first.
var (
	durations = []scale{
		{1e-9, " ns"}, {1e-6, " µs"}, {1e-3, " ms"}, {1, " s"}, {60, " mins"}, {3600, " hours"},
		{86400, " days"}, {604800, " weeks"}, {31536000, " years"},
	}
	binary = []scale{{1, " B"}, {1 << 10, " KiB"}, {1 << 20, " MiB"}, {1 << 30, " GiB"}, {1 << 40, " TiB"}, {1 << 50, " PiB"}}
	counts = []scale{{1, ""}, {1e3, " K"}, {1e6, " Mil"}, {1e9, " Bil"}, {1e12, " Tri"}}
	rates  = []scale{{1, ""}, {1e3, "K"}, {1e6, "M"}, {1e9, "B"}}
	watts  = []scale{{1e-3, " mW"}, {1, " W"}, {1e3, " kW"}, {1e6, " MW"}}
	money  = []scale{{1, ""}, {1e3, "K"}, {1e6, "M"}}
)

// writers write values in the units of Grafana that the dashboards use.
var writers = map[string]func(float64) string{
	"":            func(v float64) string { return scaled(counts, v) },
	"none":        func(v float64) string { return scaled(counts, v) },
	"short":       func(v float64) string { return scaled(counts, v) },
	"reqps":       func(v float64) string { return scaled(rates, v) + " req/s" },
	"cps":         func(v float64) string { return scaled(rates, v) + " c/s" },
	"s":           func(v float64) string { return scaled(durations, v) },
	"bytes":       func(v float64) string { return scaled(binary, v) },
	"watt":        func(v float64) string { return scaled(watts, v) },
	"percent":     func(v float64) string { return digits(v) + "%" },
	"percentunit": func(v float64) string { return digits(v*100) + "%" },
	"celsius":     func(v float64) string { return digits(v) + " °C" },
	"currencyUSD": dollars,
}

// format writes a value in a unit of Grafana with about three digits. A unit it
// does not know is a suffix, as in Grafana.
func format(unit string, value float64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return "–"
	}
	if write, known := writers[unit]; known {
		return write(value)
	}
	return digits(value) + " " + unit
}

func dollars(value float64) string {
	if magnitude := math.Abs(value); magnitude >= 0.01 && magnitude < 1000 {
		return fmt.Sprintf("$%.2f", value)
	}
	return "$" + scaled(money, value)
}

func scaled(scales []scale, value float64) string {
	chosen := scales[0]
	for _, s := range scales {
		// Half a digit below, because 999.9 would be written as 1000.
		if math.Abs(value) >= s.from*0.9995 {
			chosen = s
		}
	}
	if value == 0 {
		for _, s := range scales {
			if s.from == 1 {
				chosen = s
			}
		}
	}
	if math.Abs(value) < chosen.from && chosen.from == 1 {
		return digits(value) + chosen.suffix
	}
	return digits(value/chosen.from) + chosen.suffix
}

// digits writes three significant digits, no fewer than all those before the
// point, and no zeros at the end.
func digits(value float64) string {
	if value == 0 {
		return "0"
	}
	magnitude := int(math.Floor(math.Log10(math.Abs(value))))
	decimals := min(max(2-magnitude, 0), 6)
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}

// ticks are round values from low to at least high, about count of them. The
// values are round in the unit they are written in.
func ticks(unit string, low, high float64, count int) []float64 {
	if high <= low {
		high = low + 1
	}
	step := roundStep(unit, (high-low)/float64(count))
	var list []float64
	first := math.Floor(low/step + 1e-9)
	for i := 0; ; i++ {
		value := (first + float64(i)) * step
		list = append(list, value)
		if value >= high-step*1e-6 {
			return list
		}
	}
}

// roundStep is the least round step of at least the given size.
func roundStep(unit string, step float64) float64 {
	base := 1.0
	switch unit {
	case "bytes":
		// From about a tenth on, a step in the larger unit is the rounder one.
		for step/base >= 100 {
			base *= 1024
		}
	case "s":
		for _, s := range durations[3:] {
			if step >= s.from*0.5 {
				base = s.from
			}
		}
	}
	power := math.Pow(10, math.Floor(math.Log10(step/base)))
	for _, factor := range []float64{1, 2, 2.5, 5, 10} {
		if unit == "short" && factor == 2.5 && power < 10 {
			continue
		}
		if rounded := factor * power * base; rounded >= step*(1-1e-9) {
			return rounded
		}
	}
	return 10 * power * base
}
