package awsenv

import (
	"regexp"
	"slices"
	"strings"
)

// instanceTypePattern splits "g4dn.12xlarge" into g, 4, dn and 12xlarge.
var instanceTypePattern = regexp.MustCompile(
	`^([a-z]+)([0-9]+)([a-z0-9-]*)\.(nano|micro|small|medium|large|(?:[2-9]|[1-9][0-9]{1,2})?xlarge|metal(?:-[0-9]+xl)?)$`)

// instanceSeries are the letters EC2 families begin with. New generations and sizes come
// every few months and are not listed; a new letter comes every few years.
var instanceSeries = []string{
	"a", "c", "d", "dl", "f", "g", "gr", "h", "hpc", "i", "im", "inf", "is", "m", "mac", "p", "r", "t", "trn", "u", "vt", "x", "z",
}

// InstanceType is an EC2 instance type in its parts.
type InstanceType struct {
	// Series is the purpose of the instance: m, c, r, g, p and so on.
	Series string
	// Generation is the number after it.
	Generation string
	// Attributes are letters for processor, disks and network.
	Attributes string
	// Size is the part after the dot.
	Size string
}

// ParseInstanceType reads a name such as "g4dn.12xlarge". It does not know which sizes and
// generations of a series EC2 offers.
func ParseInstanceType(name string) (InstanceType, bool) {
	parts := instanceTypePattern.FindStringSubmatch(name)
	if parts == nil || !slices.Contains(instanceSeries, parts[1]) {
		return InstanceType{}, false
	}
	return InstanceType{Series: parts[1], Generation: parts[2], Attributes: parts[3], Size: parts[4]}, true
}

// NVIDIA says whether the instance has NVIDIA GPUs: the g, gr and p series do,
// except for g4ad.
func (t InstanceType) NVIDIA() bool {
	return slices.Contains([]string{"g", "gr", "p"}, t.Series) && !t.AMD()
}

// AMD says whether the instance has AMD GPUs, as only g4ad has.
func (t InstanceType) AMD() bool { return t.Series == "g" && t.Attributes == "ad" }

// ARM says whether the processor is a Graviton or a Grace: both are marked in
// the attributes, only the first Graviton series, a1, is older than the mark.
func (t InstanceType) ARM() bool {
	return t.Series == "a" || strings.HasPrefix(t.Attributes, "g") || strings.Contains(t.Attributes, "-gb")
}

// Unsupported says whether nodes need something no image of EKS has:
// Neuron, FPGA, Gaudi and video drivers, AMD's GPU driver, or macOS.
func (t InstanceType) Unsupported() bool {
	return t.AMD() || slices.Contains([]string{"inf", "trn", "f", "dl", "vt", "mac"}, t.Series)
}

// Family is the type without its size, such as "g4dn".
func (t InstanceType) Family() string { return t.Series + t.Generation + t.Attributes }

// accelerators are the NVIDIA GPUs of EC2's families, as the cluster autoscaler
// spells those it knows.
var accelerators = map[string]string{
	"p2": "nvidia-tesla-k80", "p3": "nvidia-tesla-v100", "p3dn": "nvidia-tesla-v100",
	"p4d": "nvidia-tesla-a100", "p4de": "nvidia-tesla-a100-80gb",
	"p5": "nvidia-h100", "p5e": "nvidia-h200", "p5en": "nvidia-h200",
	"p6-b200": "nvidia-b200", "p6-b300": "nvidia-b300", "p6e-gb200": "nvidia-gb200",
	"g3": "nvidia-tesla-m60", "g3s": "nvidia-tesla-m60", "g4dn": "nvidia-tesla-t4", "g5": "nvidia-a10g", "g5g": "nvidia-t4g",
	"g6": "nvidia-l4", "gr6": "nvidia-l4", "g6e": "nvidia-l40s", "g6f": "nvidia-l4-fraction", "gr6f": "nvidia-l4-fraction",
	"g7e": "nvidia-rtx-pro-6000",
}

// Accelerator names the NVIDIA GPU of the instance; empty without one. A family
// that is newer than the table is called after itself, such as "nvidia-g9": two
// families are never taken for the same.
func (t InstanceType) Accelerator() string {
	switch name, known := accelerators[t.Family()]; {
	case !t.NVIDIA():
		return ""
	case known:
		return name
	default:
		return "nvidia-" + t.Family()
	}
}

// GPUs returns the number of NVIDIA GPUs, by EC2's tables of the g4dn to g6 and
// p3 to p5 families.
func (t InstanceType) GPUs() int {
	switch {
	case !t.NVIDIA():
		return 0
	case t.Series == "p":
		return gpusOfP(t.Size)
	case t.Family() == "g5g" && (t.Size == "metal" || t.Size == "16xlarge"):
		return 2
	case t.Size == "metal", t.Size == "48xlarge":
		return 8
	case t.Size == "12xlarge", t.Size == "24xlarge":
		return 4
	default:
		return 1
	}
}

func gpusOfP(size string) int {
	switch size {
	case "2xlarge", "4xlarge":
		return 1
	case "8xlarge":
		return 4
	default:
		return 8
	}
}
