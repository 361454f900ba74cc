// Package picture_test draws the platform's own dashboards with invented
// results and small boards with known ones.
package picture_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/dashboards/picture"
)

// folder is where the pictures of the platform's dashboards are left for
// somebody to look at; nowhere unless it is set.
var folder = os.Getenv("PICTURES")

func draw(t *testing.T, board picture.Board, results picture.Results) []byte {
	t.Helper()
	var buffer bytes.Buffer
	require.NoError(t, picture.Render(&buffer, board, results))
	return buffer.Bytes()
}

func render(t *testing.T, board picture.Board, results picture.Results) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(draw(t, board, results)))
	require.NoError(t, err)
	return img
}

func TestThePlatformsDashboards(t *testing.T) {
	t.Parallel()
	for uid, board := range boards(t) {
		t.Run(uid, func(t *testing.T) {
			t.Parallel()
			text := draw(t, board, invented(board))
			assert.Less(t, len(text), 250<<10, "too large for a README")
			assert.Equal(t, text, draw(t, board, invented(board)), "the same input gives the same bytes")
			assert.NotEqual(t, text, draw(t, board, nil), "the results are in the picture")
			if folder != "" {
				require.NoError(t, os.WriteFile(filepath.Join(folder, uid+".png"), text, 0o600))
			}
		})
	}
}

const onePanel = `{"title": "Board", "panels": [{"id": 7, "type": %q, "title": "Panel",
	"gridPos": {"x": 0, "y": 0, "w": 24, "h": 8},
	"targets": [{"refId": "A", "legendFormat": "{{who}}"}],
	"transformations": [{"id": "organize", "options": {"renameByName": {"who": "Name", "Value": "Sum"}}}],
	"fieldConfig": {"defaults": {"unit": "percentunit", "min": 0, "max": 1,
		"custom": {"thresholdsStyle": {"mode": "dashed"}},
		"thresholds": {"steps": [{"color": "green"}, {"color": "red", "value": 0.5}]}}}}]}`

func one(t *testing.T, kind string) picture.Board {
	t.Helper()
	return decode(t, fmt.Sprintf(onePanel, kind))
}

func answer(streams ...*model.SampleStream) picture.Results {
	return picture.Results{7: {"A": streams}}
}

func level(value float64) func(float64) float64 { return func(float64) float64 { return value } }

var who = model.Metric{"who": "somebody"}

// Colours that a picture has where something is drawn.
var (
	green = color.RGBA{R: 0x73, G: 0xbf, B: 0x69, A: 255}
	red   = color.RGBA{R: 0xf2, G: 0x49, B: 0x5c, A: 255}
	ink   = color.RGBA{R: 0x8e, G: 0x92, B: 0x9b, A: 255}
)

// count is how many pixels of the rectangle have the colour.
func count(img image.Image, within image.Rectangle, want color.RGBA) int {
	found := 0
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); uint8(r>>8) == want.R && uint8(g>>8) == want.G && uint8(b>>8) == want.B {
				found++
			}
		}
	}
	return found
}

// tinted counts the pixels of a thin line: its colour at a quarter or more of
// its strength on the surface of a panel.
func tinted(img image.Image, within image.Rectangle, want color.RGBA) int {
	surface, found := [3]float64{0x18, 0x1b, 0x1f}, 0
	full := [3]float64{float64(want.R), float64(want.G), float64(want.B)}
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			strength := (float64(g>>8) - surface[1]) / (full[1] - surface[1])
			off := 0.0
			for i, channel := range []uint32{r, g, b} {
				off += math.Abs(surface[i] + strength*(full[i]-surface[i]) - float64(channel>>8))
			}
			if strength > 0.25 && off < 16 {
				found++
			}
		}
	}
	return found
}

// bright counts what is nearly white, the colour of titles.
func bright(img image.Image, within image.Rectangle) int {
	found := 0
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r>>8 > 0xc0 {
				found++
			}
		}
	}
	return found
}

func TestSizeAndTitles(t *testing.T) {
	t.Parallel()
	board := one(t, "timeseries")
	img := render(t, board, answer(series(who, level(0.4))))
	assert.Equal(t, image.Pt(1400, 46+8*38+12), img.Bounds().Size())
	assert.Positive(t, bright(img, image.Rect(12, 10, 80, 36)), "the title of the board")
	titleOf := image.Rect(20, 50, 80, 75)
	assert.Positive(t, bright(img, titleOf), "the title of the panel")
	board.Panels[0].Title = ""
	assert.Zero(t, bright(render(t, board, answer(series(who, level(0.4)))), titleOf))
}

// A panel without a number says so, and one with a number does not.
func TestNoData(t *testing.T) {
	t.Parallel()
	middle := image.Rect(640, 46+150, 760, 46+190)
	for _, kind := range []string{"timeseries", "stat", "bargauge", "table"} {
		board := one(t, kind)
		nan := series(who, level(math.NaN()))
		for _, none := range []picture.Results{nil, answer(), answer(nan)} {
			assert.Greater(t, count(render(t, board, none), middle, ink), 20, kind)
		}
		assert.Zero(t, count(render(t, board, answer(series(who, level(0.4)))), middle, ink), kind)
	}
}

// A line is as high as its value: at 0.9 in the upper part, at 0.1 in the lower.
func TestLinesAreWhereTheirValuesAre(t *testing.T) {
	t.Parallel()
	upper, lower := image.Rect(100, 80, 1380, 110), image.Rect(100, 235, 1380, 262)
	high := render(t, one(t, "timeseries"), answer(series(who, level(0.9))))
	low := render(t, one(t, "timeseries"), answer(series(who, level(0.1))))
	assert.Greater(t, tinted(high, upper, green), 500)
	assert.Zero(t, tinted(high, lower, green))
	assert.Greater(t, tinted(low, lower, green), 500)
	assert.Zero(t, tinted(low, upper, green))
}

func TestAGapStaysAGap(t *testing.T) {
	t.Parallel()
	gapless := series(who, level(0.9))
	torn := series(who, level(0.9))
	torn.Values = append(torn.Values[:60:60], torn.Values[300:]...)
	chart := image.Rect(100, 80, 1380, 110)
	full := tinted(render(t, one(t, "timeseries"), answer(gapless)), chart, green)
	rest := tinted(render(t, one(t, "timeseries"), answer(torn)), chart, green)
	assert.InDelta(t, 1.0/3, float64(rest)/float64(full), 0.05, "two thirds of the line are missing")
}

func TestThresholdsAreDrawnWhenAskedFor(t *testing.T) {
	t.Parallel()
	chart := image.Rect(100, 140, 1380, 200)
	board := one(t, "timeseries")
	results := answer(series(who, level(0.9)))
	assert.Greater(t, tinted(render(t, board, results), chart, red), 200)
	board.Panels[0].FieldConfig.Defaults.Custom.ThresholdsStyle.Mode = "off"
	assert.Zero(t, tinted(render(t, board, results), chart, red))
}

// Numbers and bars take the colour of the threshold they have passed.
func TestValuesTakeTheColourOfTheirThreshold(t *testing.T) {
	t.Parallel()
	body := image.Rect(12, 76, 1388, 340)
	for _, kind := range []string{"stat", "bargauge"} {
		calm := render(t, one(t, kind), answer(now(who, 0.4)))
		assert.Positive(t, count(calm, body, green), kind)
		assert.Zero(t, count(calm, body, red), kind)
		loud := render(t, one(t, kind), answer(now(who, 0.6)))
		assert.Positive(t, count(loud, body, red), kind)
		assert.Zero(t, count(loud, body, green), kind)
	}
}

// The order in which Prometheus answers is not promised and must not show.
func TestOrderOfTheAnswerDoesNotShow(t *testing.T) {
	t.Parallel()
	a, b := model.Metric{"who": "a"}, model.Metric{"who": "b"}
	for _, kind := range []string{"timeseries", "bargauge", "table"} {
		assert.Equal(t,
			draw(t, one(t, kind), answer(now(a, 0.2), now(b, 0.8))),
			draw(t, one(t, kind), answer(now(b, 0.8), now(a, 0.2))), kind)
	}
}

func TestErrorsOfABoard(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{`: "reading dashboard",
		`{"panels": [{"id": 1, "type": "geomap", "title": "Map", "gridPos": {"w": 1, "h": 1}}]}`:      `panel 1 "Map": type "geomap" is not drawn`,
		`{"panels": [{"id": 1, "type": "stat", "title": "S", "gridPos": {"x": 20, "w": 6, "h": 4}}]}`: "outside the grid of 24 columns",
		`{"panels": [{"id": 1, "type": "row", "gridPos": {"w": 24, "h": 1}},` +
			`{"id": 1, "type": "row", "title": "again", "gridPos": {"y": 1, "w": 24, "h": 1}}]}`: `panel 1 "again": the id is taken`,
	} {
		_, err := picture.Decode([]byte(text))
		require.ErrorContains(t, err, want)
	}
	err := picture.Render(&bytes.Buffer{}, picture.Board{Title: "B", Panels: []picture.Panel{{ID: 3, Type: "text"}}}, nil)
	require.ErrorContains(t, err, `drawing dashboard "B": panel 3`)
	assert.NotContains(t, strings.ToLower(err.Error()), "panic")
}
