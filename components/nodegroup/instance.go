package nodegroup

import (
	"regexp"
	"slices"
	"strings"
)

// instancePattern splits "g4dn.12xlarge" into g, 4, dn and 12xlarge.
var instancePattern = regexp.MustCompile(
	`^([a-z]+)([0-9]+)([a-z0-9-]*)\.([0-9]*(?:nano|micro|small|medium|large|xlarge)|metal(?:-[0-9]+xl)?)$`)

// instance is an EC2 instance type, read the way AWS composes the name.
type instance struct {
	series     string // what it is for: m, c, r, g, p ...
	generation string
	attributes string // processor, disks, network
	size       string
}

func parseInstance(name string) (instance, bool) {
	parts := instancePattern.FindStringSubmatch(name)
	if parts == nil {
		return instance{}, false
	}
	return instance{series: parts[1], generation: parts[2], attributes: parts[3], size: parts[4]}, true
}

// nvidia says whether the instance has NVIDIA GPUs: the g, gr and p series do,
// except for g4ad.
func (i instance) nvidia() bool {
	return slices.Contains([]string{"g", "gr", "p"}, i.series) && !i.amd()
}

func (i instance) amd() bool { return i.series == "g" && i.attributes == "ad" }

// arm says whether the processor is a Graviton or a Grace: both are marked in
// the attributes, only the first Graviton series, a1, is older than the mark.
func (i instance) arm() bool {
	return i.series == "a" || strings.HasPrefix(i.attributes, "g") || strings.Contains(i.attributes, "-gb")
}

// unsupported says whether nodes need something none of the images has:
// Neuron, FPGA, Gaudi and video drivers, AMD's GPU driver, or macOS.
func (i instance) unsupported() bool {
	return i.amd() || slices.Contains([]string{"inf", "trn", "f", "dl", "vt", "mac"}, i.series)
}

// ami returns the image the instance needs.
func (i instance) ami() AMIType {
	switch {
	case i.nvidia() && i.arm():
		return AMIARMNVIDIA
	case i.nvidia():
		return AMIX86NVIDIA
	case i.arm():
		return AMIARM
	default:
		return AMIX86
	}
}

// gpus returns the number of NVIDIA GPUs, by EC2's tables of the g4dn to g6 and
// p3 to p5 families.
func (i instance) gpus() int {
	switch {
	case !i.nvidia():
		return 0
	case i.series == "p":
		return gpusOfP(i.size)
	case i.size == "metal", i.size == "48xlarge":
		return 8
	case i.size == "12xlarge", i.size == "24xlarge":
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

// defaultAMIType falls back to the plainest image; validation then says what is
// wrong with the instance type.
func defaultAMIType(instanceType string) AMIType {
	parsed, ok := parseInstance(instanceType)
	if !ok {
		return AMIX86
	}
	return parsed.ami()
}
