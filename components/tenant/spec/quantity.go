package spec

import (
	"fmt"

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

// Check reports amounts that are not quantities.
func (c Compute) Check(path *field.Path) field.ErrorList {
	return append(CheckQuantity(path.Child("cpu"), c.CPU, "500m"),
		CheckQuantity(path.Child("memory"), c.Memory, "512Mi")...)
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
	return append(list, CheckQuantity(path.Child("maxVolumeSize"), l.MaxVolumeSize, "100Gi")...)
}

// CheckVolume reports a size that is no quantity or larger than one volume may
// be. limit is how the message calls MaxVolumeSize.
func (l LimitRange) CheckVolume(path *field.Path, size, limit string) field.ErrorList {
	if list := CheckQuantity(path, size, DefaultCheckpointStorage); len(list) > 0 {
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
