package picture_test

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/internal/workbench/dashboards/picture"
)

// boards are the platform's own dashboards.
func boards(t *testing.T) map[string]picture.Board {
	t.Helper()
	all, err := dashboard.All(dashboard.Options{GPU: true, Cost: true})
	require.NoError(t, err)
	list := map[string]picture.Board{}
	for _, d := range all {
		board, err := picture.Decode([]byte(d.JSON))
		require.NoError(t, err)
		list[d.UID] = board
	}
	return list
}

// start is the first sample of every series: 2026-11-20 08:00 UTC.
const start = model.Time(1795161600000)

// series is a curve over six hours, one sample a minute.
func series(labels model.Metric, at func(minute float64) float64) *model.SampleStream {
	stream := &model.SampleStream{Metric: labels}
	for minute := range 361 {
		stream.Values = append(stream.Values, model.SamplePair{
			Timestamp: start + model.Time(minute*60000), Value: model.SampleValue(at(float64(minute))),
		})
	}
	return stream
}

// now is a series of one sample.
func now(labels model.Metric, value float64) *model.SampleStream {
	return &model.SampleStream{Metric: labels, Values: []model.SamplePair{{Timestamp: start + 360*60000, Value: model.SampleValue(value)}}}
}

// levels are plausible values of a unit.
var levels = map[string]float64{
	"reqps": 240, "s": 0.8, "short": 6, "percentunit": 0.62, "percent": 55, "bytes": 3.4e9, "cores": 1.7,
	"celsius": 66, "watt": 58, "currencyUSD": 2.4, "cps": 31000,
}

// invented answers every query of a board with curves that depend on nothing
// but the panel and the number of the series.
func invented(board picture.Board) picture.Results {
	results := picture.Results{}
	for _, p := range board.Panels {
		results[p.ID] = map[string]model.Matrix{}
		for i, target := range p.Targets {
			var matrix model.Matrix
			for n := range 3 {
				matrix = append(matrix, inventedSeries(p, target, float64(i+1), n))
				if p.Type == "stat" {
					break
				}
			}
			results[p.ID][target.RefID] = matrix
		}
	}
	return results
}

func inventedSeries(p picture.Panel, target picture.Target, weight float64, n int) *model.SampleStream {
	labels := model.Metric{}
	for name, values := range map[string][]string{
		"tenant": {"tenant-a", "tenant-b", "research"}, "namespace": {"tenant-a", "tenant-b", "research"},
		"pod": {"inference-7d9f-x2x", "inference-7d9f-kq8", "train-0"}, "role": {"cpu", "gpu", "system"},
		"phase": {"Failed", "Pending", "Running"}, "verb": {"GET", "LIST", "PATCH"}, "job": {"kubelet", "node-exporter", "inference"},
		"resource": {"cpu", "memory", "nvidia_com_gpu"}, "version": {"20261118-a1b2c3", "20261120-d4e5f6", "20261101-0099aa"},
		"class": {"negative", "positive", "neutral"}, "instance_type": {"m6i.xlarge", "g4dn.xlarge", "t3.large"},
		"Hostname": {"ip-10-0-3-17", "ip-10-0-4-21", "ip-10-0-5-9"}, "gpu": {"0", "0", "1"}, "deployment": {"inference", "inference", "api"},
		"horizontalpodautoscaler": {"inference", "inference", "api"}, "persistentvolumeclaim": {"data-0", "checkpoints", "prometheus-0"},
		"container": {"inference", "inference", "trainer"},
		"image":     {"registry.example/inference:1.4.2", "registry.example/inference:1.5.0", "registry.example/training:0.9"},
	} {
		inLegend := strings.Contains(target.LegendFormat, "{{"+name+"}}")
		inTable := p.Type == "table" && strings.Contains(target.Expr, name) && p.Transformations[1].Options.Rename[name] != ""
		if inLegend || inTable {
			labels[model.LabelName(name)] = model.LabelValue(values[n])
		}
	}
	hash := fnv.New32()
	_, _ = hash.Write([]byte(p.Title))
	turn := float64(hash.Sum32()%628)/100 + float64(n)*1.9
	level := levels[p.FieldConfig.Defaults.Unit] * weight / (1 + 0.6*float64(n))
	integral := p.FieldConfig.Defaults.Unit == "short"
	curve := func(minute float64) float64 {
		value := level * (1 + 0.25*math.Sin(minute/57+turn) + 0.05*math.Sin(minute/3.1+turn*3))
		if integral {
			value = math.Round(value)
		}
		return value
	}
	if target.Instant {
		return now(labels, curve(360))
	}
	return series(labels, curve)
}

func decode(t *testing.T, text string) picture.Board {
	t.Helper()
	require.True(t, json.Valid([]byte(text)))
	board, err := picture.Decode([]byte(text))
	require.NoError(t, err)
	return board
}
