package awsenv_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

func TestParseInstanceType(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]awsenv.InstanceType{
		"m6i.large":          {Series: "m", Generation: "6", Attributes: "i", Size: "large"},
		"g4dn.12xlarge":      {Series: "g", Generation: "4", Attributes: "dn", Size: "12xlarge"},
		"p6-b200.48xlarge":   {Series: "p", Generation: "6", Attributes: "-b200", Size: "48xlarge"},
		"u7i-12tb.224xlarge": {Series: "u", Generation: "7", Attributes: "i-12tb", Size: "224xlarge"},
		"m7i.metal-24xl":     {Series: "m", Generation: "7", Attributes: "i", Size: "metal-24xl"},
	} {
		got, ok := awsenv.ParseInstanceType(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got, name)
	}
	for _, name := range []string{
		"", "m5large", "m6i.xlargee", "m6i.1xlarge", "m6i.2large", "n6i.large", "m.large", "db.m6i.large", "M6i.large", "m6i.large ",
	} {
		_, ok := awsenv.ParseInstanceType(name)
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
		"g5g.metal":     {nvidia: true, arm: true, gpus: 2},
		"p3.8xlarge":    {nvidia: true, gpus: 4},
		"p5.48xlarge":   {nvidia: true, gpus: 8},
		"g4ad.xlarge":   {unsupported: true},
		"inf2.xlarge":   {unsupported: true},
		"trn1.32xlarge": {unsupported: true},
	} {
		instance, ok := awsenv.ParseInstanceType(name)
		assert.True(t, ok, name)
		assert.Equal(t, want.nvidia, instance.NVIDIA(), name)
		assert.Equal(t, want.arm, instance.ARM(), name)
		assert.Equal(t, want.unsupported, instance.Unsupported(), name)
		assert.Equal(t, want.gpus, instance.GPUs(), name)
	}
}

// TestAccelerator is about S7.
func TestAccelerator(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"m6i.large": "", "g4ad.xlarge": "", "inf2.xlarge": "",
		"g4dn.xlarge": "nvidia-tesla-t4", "g4dn.metal": "nvidia-tesla-t4", "g5.xlarge": "nvidia-a10g", "g5g.xlarge": "nvidia-t4g",
		"g6.xlarge": "nvidia-l4", "gr6.4xlarge": "nvidia-l4", "g6e.xlarge": "nvidia-l40s", "g6f.large": "nvidia-l4-fraction",
		"p3.2xlarge": "nvidia-tesla-v100", "p3dn.24xlarge": "nvidia-tesla-v100",
		"p4d.24xlarge": "nvidia-tesla-a100", "p4de.24xlarge": "nvidia-tesla-a100-80gb",
		"p5.48xlarge": "nvidia-h100", "p5en.48xlarge": "nvidia-h200", "p6-b200.48xlarge": "nvidia-b200",
		"g9.xlarge": "nvidia-g9", "p9x.48xlarge": "nvidia-p9x",
	} {
		instance, ok := awsenv.ParseInstanceType(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, instance.Accelerator(), name)
	}
}
