package defects_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2" //nolint:depguard // with a fixed seed, for a table that is always the same
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/defects"
)

var update = flag.Bool("update", false, "write the sample anew")

// sampleRows is how many parts the sample has.
const sampleRows = 600

// generate writes the parts of an imagined station that screws two halves
// together. Defects come from a torque outside of its band, from a mould that is
// too warm, and from a tool that shakes while the cycle is short; the humidity
// means nothing. Some parts are labelled against all of that, as in life.
func generate(w io.Writer) {
	random := rand.New(rand.NewPCG(3, 12))
	fmt.Fprintln(w, "torque_nm,temperature_celsius,vibration_mm_s,cycle_seconds,humidity_percent,label")
	for range sampleRows {
		torque := 12 + 1.4*random.NormFloat64()
		temperature := 61 + 5*random.NormFloat64()
		vibration := 2.4 + 0.9*math.Abs(random.NormFloat64())
		cycle := 8 + 1.5*random.NormFloat64()
		humidity := 45 + 12*random.NormFloat64()

		off := (torque - 12) / 1.4
		odds := -4.5 + 1.9*off*off
		odds += 3.4 * math.Max(0, (temperature-64)/5)
		if vibration > 3.2 && cycle < 8 {
			odds += 4.5
		}
		label := defects.OK
		if random.Float64() < 1/(1+math.Exp(-1.6*odds)) {
			label = defects.Defect
		}
		fmt.Fprintf(w, "%.2f,%.1f,%.2f,%.1f,%.0f,%s\n", torque, temperature, vibration, cycle, humidity, label)
	}
}

func TestSampleIsWhatGenerateWrites(t *testing.T) {
	t.Parallel()
	var want bytes.Buffer
	generate(&want)
	if *update {
		require.NoError(t, os.WriteFile("sample.csv", want.Bytes(), 0o644))
		return
	}
	got, err := io.ReadAll(defects.Kind{}.Sample())
	require.NoError(t, err)
	// Not Equal, which would print both.
	assert.True(t, bytes.Equal(want.Bytes(), got), "go test -run TestSampleIsWhatGenerateWrites -update")
}
