package instancetype_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/instancetype"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]instancetype.Type{
		"m6i.large":          {Series: "m", Generation: "6", Attributes: "i", Size: "large"},
		"g4dn.12xlarge":      {Series: "g", Generation: "4", Attributes: "dn", Size: "12xlarge"},
		"p6-b200.48xlarge":   {Series: "p", Generation: "6", Attributes: "-b200", Size: "48xlarge"},
		"u7i-12tb.224xlarge": {Series: "u", Generation: "7", Attributes: "i-12tb", Size: "224xlarge"},
		"m7i.metal-24xl":     {Series: "m", Generation: "7", Attributes: "i", Size: "metal-24xl"},
	} {
		got, ok := instancetype.Parse(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got, name)
	}
	for _, name := range []string{
		"", "m5large", "m6i.xlargee", "m6i.1xlarge", "m6i.2large", "n6i.large", "m.large", "db.m6i.large", "M6i.large", "m6i.large ",
	} {
		_, ok := instancetype.Parse(name)
		assert.False(t, ok, name)
	}
}

func TestHardware(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		nvidia, arm, unsupported bool
		gpus                     int
	}{
		"m6i.large":     {},
		"m6g.large":     {arm: true},
		"a1.large":      {arm: true},
		"g5.12xlarge":   {nvidia: true, gpus: 4},
		"g5g.xlarge":    {nvidia: true, arm: true, gpus: 1},
		"p3.8xlarge":    {nvidia: true, gpus: 4},
		"p5.48xlarge":   {nvidia: true, gpus: 8},
		"g4ad.xlarge":   {unsupported: true},
		"inf2.xlarge":   {unsupported: true},
		"trn1.32xlarge": {unsupported: true},
	} {
		kind, ok := instancetype.Parse(name)
		assert.True(t, ok, name)
		assert.Equal(t, want.nvidia, kind.NVIDIA(), name)
		assert.Equal(t, want.arm, kind.ARM(), name)
		assert.Equal(t, want.unsupported, kind.Unsupported(), name)
		assert.Equal(t, want.gpus, kind.GPUs(), name)
	}
}
