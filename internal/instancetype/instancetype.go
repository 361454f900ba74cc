// Package instancetype reads EC2 instance types off their names, the way AWS
// composes them. It is plain Go, so that settings and components share one copy
// of each rule.
package instancetype

import (
	"regexp"
	"slices"
	"strings"
)

// pattern splits "g4dn.12xlarge" into g, 4, dn and 12xlarge.
var pattern = regexp.MustCompile(
	`^([a-z]+)([0-9]+)([a-z0-9-]*)\.(nano|micro|small|medium|large|(?:[2-9]|[1-9][0-9]{1,2})?xlarge|metal(?:-[0-9]+xl)?)$`)

// series are the letters EC2 families begin with. New generations and sizes come
// every few months and are not listed; a new letter comes every few years.
var series = []string{
	"a", "c", "d", "dl", "f", "g", "gr", "h", "hpc", "i", "im", "inf", "is", "m", "mac", "p", "r", "t", "trn", "u", "vt", "x", "z",
}

// Type is an EC2 instance type in its parts.
type Type struct {
	// Series is what the instance is for: m, c, r, g, p and so on.
	Series string
	// Generation is the number after it.
	Generation string
	// Attributes are letters for processor, disks and network.
	Attributes string
	// Size is what follows the dot.
	Size string
}

// Parse reads a name such as "g4dn.12xlarge". It does not know which sizes and
// generations of a series EC2 offers.
func Parse(name string) (Type, bool) {
	parts := pattern.FindStringSubmatch(name)
	if parts == nil || !slices.Contains(series, parts[1]) {
		return Type{}, false
	}
	return Type{Series: parts[1], Generation: parts[2], Attributes: parts[3], Size: parts[4]}, true
}

// NVIDIA says whether the instance has NVIDIA GPUs: the g, gr and p series do,
// except for g4ad.
func (t Type) NVIDIA() bool {
	return slices.Contains([]string{"g", "gr", "p"}, t.Series) && !t.AMD()
}

// AMD says whether the instance has AMD GPUs, as only g4ad has.
func (t Type) AMD() bool { return t.Series == "g" && t.Attributes == "ad" }

// ARM says whether the processor is a Graviton or a Grace: both are marked in
// the attributes, only the first Graviton series, a1, is older than the mark.
func (t Type) ARM() bool {
	return t.Series == "a" || strings.HasPrefix(t.Attributes, "g") || strings.Contains(t.Attributes, "-gb")
}

// Unsupported says whether nodes need something no image of EKS has:
// Neuron, FPGA, Gaudi and video drivers, AMD's GPU driver, or macOS.
func (t Type) Unsupported() bool {
	return t.AMD() || slices.Contains([]string{"inf", "trn", "f", "dl", "vt", "mac"}, t.Series)
}

// GPUs returns the number of NVIDIA GPUs, by EC2's tables of the g4dn to g6 and
// p3 to p5 families.
func (t Type) GPUs() int {
	switch {
	case !t.NVIDIA():
		return 0
	case t.Series == "p":
		return gpusOfP(t.Size)
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
