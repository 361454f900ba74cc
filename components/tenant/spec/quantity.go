package spec

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// ruleQuantity is the rule every amount must follow.
const ruleQuantity = `must be a Kubernetes quantity above zero, for example %q`

// CheckQuantity reports text that is not a positive Kubernetes quantity.
// example is shown in the message.
func CheckQuantity(path *field.Path, text, example string) field.ErrorList {
	if text == "" {
		return field.ErrorList{field.Required(path, fmt.Sprintf(ruleQuantity, example))}
	}
	if amount, err := resource.ParseQuantity(text); err != nil || amount.Sign() <= 0 {
		return field.ErrorList{field.Invalid(path, text, fmt.Sprintf(ruleQuantity, example))}
	}
	return nil
}

// least is the smallest amount of a resource that is of any use.
type least struct {
	amount string
	// reason says why less is refused. unit is the one that was probably meant, where
	// there is none or one that makes the number smaller.
	reason, unit string
}

var (
	// leastCPU is the precision of Kubernetes.
	leastCPU = least{"1m", "Kubernetes counts in thousandths of a core", "m"}
	// leastMemory is far below what any container starts with: "512m" is half a byte.
	leastMemory = least{"1Mi", "no container starts with less", "Mi"}
	// leastVolume is the LimitRange's.
	leastVolume = least{MinVolumeSize, "the smallest claim of the namespace", "Gi"}
)

// checkLeast reports what CheckQuantity does, and less than the least amount.
func checkLeast(path *field.Path, text, example string, of least) field.ErrorList {
	if list := CheckQuantity(path, text, example); len(list) > 0 {
		return list
	}
	amount, bound := resource.MustParse(text), resource.MustParse(of.amount)
	if amount.Cmp(bound) >= 0 {
		return nil
	}
	rule := fmt.Sprintf("must be >= %s: %s", of.amount, of.reason)
	if meant := strings.TrimRight(text, "numk") + of.unit; sensible(meant, bound) {
		rule += fmt.Sprintf("; did you mean %s?", meant)
	}
	return field.ErrorList{field.Invalid(path, text, rule)}
}

// sensible says whether a text is a quantity of at least so much.
func sensible(text string, bound resource.Quantity) bool {
	amount, err := resource.ParseQuantity(text)
	return err == nil && amount.Cmp(bound) >= 0
}

// CheckCPU reports an amount of CPU that is none, or too little to count.
func CheckCPU(path *field.Path, text, example string) field.ErrorList {
	return checkLeast(path, text, example, leastCPU)
}

// CheckMemory reports an amount of memory that is none, or so little that another
// unit was meant.
func CheckMemory(path *field.Path, text, example string) field.ErrorList {
	return checkLeast(path, text, example, leastMemory)
}

// Check reports amounts that are not quantities, and such that are too small.
func (c Compute) Check(path *field.Path) field.ErrorList {
	return append(CheckCPU(path.Child("cpu"), c.CPU, "500m"), CheckMemory(path.Child("memory"), c.Memory, "512Mi")...)
}

// Check reports amounts that are not quantities and limits below requests.
func (r Resources) Check(path *field.Path) field.ErrorList {
	return checkPair(path.Child("requests"), r.Requests, path.Child("limits"), r.Limits)
}

func checkPair(lowPath *field.Path, low Compute, highPath *field.Path, high Compute) field.ErrorList {
	list := append(low.Check(lowPath), high.Check(highPath)...)
	list = append(list, atLeast(highPath.Child("cpu"), high.CPU, low.CPU, lowPath.Child("cpu"))...)
	return append(list, atLeast(highPath.Child("memory"), high.Memory, low.Memory, lowPath.Child("memory"))...)
}

// atLeast compares two amounts; faulty ones are reported elsewhere.
func atLeast(path *field.Path, high, low string, lowPath *field.Path) field.ErrorList {
	above, aboveErr := resource.ParseQuantity(high)
	below, belowErr := resource.ParseQuantity(low)
	if aboveErr != nil || belowErr != nil || above.Cmp(below) >= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, high, fmt.Sprintf("must be >= %s (%s)", lowPath, low))}
}

// Check reports amounts that are not quantities, default limits below default
// requests, and a volume size that is none.
func (l LimitRange) Check(path *field.Path) field.ErrorList {
	list := checkPair(path.Child("defaultRequests"), l.DefaultRequests, path.Child("defaultLimits"), l.DefaultLimits)
	return append(list, checkLeast(path.Child("maxVolumeSize"), l.MaxVolumeSize, "100Gi", leastVolume)...)
}

// CheckVolume reports a size that is no quantity, and one that is smaller than
// MinVolumeSize or larger than one volume may be. limit is how the message calls
// MaxVolumeSize.
func (l LimitRange) CheckVolume(path *field.Path, size, limit string) field.ErrorList {
	if list := checkLeast(path, size, DefaultCheckpointStorage, leastVolume); len(list) > 0 {
		return list
	}
	most, err := resource.ParseQuantity(l.MaxVolumeSize)
	if amount := resource.MustParse(size); err != nil || amount.Cmp(most) <= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, size, fmt.Sprintf("must be <= %s (%s)", limit, l.MaxVolumeSize))}
}

// total adds n times each amount; amounts that are no quantities count as zero
// because they are reported where they stand.
type total struct{ sum resource.Quantity }

func (t *total) add(n int, text string) {
	amount, err := resource.ParseQuantity(text)
	if err != nil {
		return
	}
	amount.Mul(int64(n))
	t.sum.Add(amount)
}

// Times multiplies an amount and returns the result in canonical form. An amount
// that is not a quantity counts as zero.
func Times(count int, amount string) string {
	var all total
	all.add(count, amount)
	return all.sum.String()
}

// Sum adds amounts and returns the result in canonical form. Amounts that are
// not quantities count as zero.
func Sum(amounts ...string) string {
	var all total
	for _, amount := range amounts {
		all.add(1, amount)
	}
	return all.sum.String()
}
