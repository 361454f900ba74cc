package cost

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// stackType is the root of every plan; what stands right below it is a component.
const stackType = "pulumi:pulumi:Stack"

// Range is an amount a month between the least and the most.
type Range struct {
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
}

func (r Range) plus(other Range) Range { return Range{r.Least + other.Least, r.Most + other.Most} }

func (r Range) times(least, most float64) Range { return Range{r.Least * least, r.Most * most} }

// rounded drops what binary fractions add behind a hundredth of a cent.
func (r Range) rounded() Range {
	return Range{math.Round(r.Least*1e4) / 1e4, math.Round(r.Most*1e4) / 1e4}
}

func exactly(amount float64) Range { return Range{amount, amount} }

// Item is one priced thing.
type Item struct {
	// Component is the top-level component it belongs to.
	Component string `json:"component"`
	// Name says what it is and how much of it.
	Name string `json:"name"`
	Range
}

// Usage is something that is paid by use, of which nothing is counted.
type Usage struct {
	// Name says what is used.
	Name string `json:"name"`
	// Price of one Unit.
	Price float64     `json:"price"`
	Unit  prices.Unit `json:"unit"`
}

// Estimate is the monthly cost of a stack.
type Estimate struct {
	Stack    string `json:"stack"`
	Region   string `json:"region,omitempty"`
	Currency string `json:"currency,omitempty"`
	// Checked is the day on which the oldest price was read.
	Checked string `json:"checked,omitempty"`
	// Unavailable says why there is no estimate; the rest is empty then.
	Unavailable string `json:"unavailable,omitempty"`
	// Total is the sum of the items.
	Total Range `json:"total"`
	// Items are in the order of their components, the most expensive first within one.
	Items []Item `json:"items"`
	// Tenants are the shares of tenants in Total.
	Tenants []Tenant `json:"tenants"`
	// Usage lists costs by use, which are not in Total.
	Usage []Usage `json:"usage"`
	// NotPriced are resources without a price, and not in Total.
	NotPriced []string `json:"notPriced"`
	// Notes are assumptions and warnings.
	Notes []string `json:"notes"`

	aliases map[string]string
}

// estimator builds an Estimate.
type estimator struct {
	plan     engine.Plan
	table    prices.Table
	region   prices.Region
	byURN    map[string]engine.Resource
	children map[string][]engine.Resource
	out      Estimate
}

// New estimates a plan. now is the day on which the age of the prices is checked.
func New(plan engine.Plan, table prices.Table, now time.Time) Estimate {
	e := &estimator{plan: plan, table: table, byURN: map[string]engine.Resource{}, children: map[string][]engine.Resource{}}
	for _, r := range plan.Resources {
		e.byURN[r.URN] = r
		e.children[r.Parent] = append(e.children[r.Parent], r)
	}
	e.out = Estimate{Stack: plan.Stack, aliases: plan.Aliases}
	if e.out.Unavailable = e.locate(); e.out.Unavailable != "" {
		return e.out
	}
	e.out.Currency, e.out.Checked = table.Currency, table.Checked().Format(time.DateOnly)
	if table.Stale(now) {
		e.note("warning: the prices were checked on %s, more than %d days ago; compare internal/workbench/cost/prices/prices.yaml with AWS",
			e.out.Checked, int(prices.MaximumAge.Hours()/24))
	}
	for _, r := range plan.Resources {
		e.add(r)
	}
	e.addTenants()
	e.finish()
	return e.out
}

// locate finds the region, or says why nothing can be priced.
func (e *estimator) locate() string {
	for _, r := range e.plan.Resources {
		if r.Type != "pulumi:providers:aws" {
			continue
		}
		name := text(r.Inputs, "region")
		region, known := e.table.Regions[name]
		if !known {
			return fmt.Sprintf("internal/workbench/cost/prices/prices.yaml has no prices for region %q", name)
		}
		e.out.Region, e.region = name, region
		return ""
	}
	return "the stack is put into an existing cluster, whose nodes and volumes have no price here"
}

// add prices one resource, or says that it could not.
func (e *estimator) add(r engine.Resource) {
	if !r.Custom {
		return
	}
	if price, known := pricers()[r.Type]; known {
		price(e, r)
		return
	}
	if strings.HasPrefix(r.Type, "aws:") && !free(r.Type) {
		e.notPriced("%s of type %s", r.Name, r.Type)
	}
}

// item adds a priced thing.
func (e *estimator) item(r engine.Resource, amount Range, format string, args ...any) {
	e.out.Items = append(e.out.Items, Item{Component: e.component(r), Name: fmt.Sprintf(format, args...), Range: amount})
}

// fixed adds count things of a named price, or says that it has none.
func (e *estimator) fixed(r engine.Resource, price string, count float64, format string, args ...any) {
	found, known := e.region.Prices[price]
	if !known {
		e.notPriced("%s (%s)", fmt.Sprintf(format, args...), r.Name)
		return
	}
	e.item(r, exactly(found.Monthly()*count), format, args...)
}

// usage names what is paid by use, once.
func (e *estimator) usage(price, name string) {
	found, known := e.region.Prices[price]
	if !known {
		e.notPriced("%s, by use", name)
		return
	}
	used := Usage{Name: name, Price: found.Amount, Unit: found.Unit}
	if !slices.Contains(e.out.Usage, used) {
		e.out.Usage = append(e.out.Usage, used)
	}
}

func (e *estimator) notPriced(format string, args ...any) {
	if line := fmt.Sprintf(format, args...); !slices.Contains(e.out.NotPriced, line) {
		e.out.NotPriced = append(e.out.NotPriced, line)
	}
}

func (e *estimator) note(format string, args ...any) {
	if line := fmt.Sprintf(format, args...); !slices.Contains(e.out.Notes, line) {
		e.out.Notes = append(e.out.Notes, line)
	}
}

// component is the name of the top-level component a resource belongs to.
func (e *estimator) component(r engine.Resource) string {
	top := r
	for {
		parent, found := e.byURN[top.Parent]
		if !found || parent.Type == stackType {
			return top.Name
		}
		top = parent
	}
}

// finish adds up and puts everything into an order that does not depend on the
// engine's.
func (e *estimator) finish() {
	slices.SortStableFunc(e.out.Items, func(a, b Item) int {
		return cmp.Or(strings.Compare(a.Component, b.Component), cmp.Compare(b.Most, a.Most), strings.Compare(a.Name, b.Name))
	})
	for _, item := range e.out.Items {
		e.out.Total = e.out.Total.plus(item.Range)
	}
	e.out.Items, e.out.Total = gathered(e.out.Items), e.out.Total.rounded()
	slices.SortFunc(e.out.Usage, func(a, b Usage) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(e.out.NotPriced)
}

// gathered puts sorted items of the same kind into one: "3 x NAT gateway".
func gathered(items []Item) []Item {
	var kinds []Item
	var counts []int
	for _, item := range items {
		last := len(kinds) - 1
		if last >= 0 && kinds[last] == item {
			counts[last]++
			continue
		}
		kinds, counts = append(kinds, item), append(counts, 1)
	}
	for i, count := range counts {
		if count > 1 {
			kinds[i].Name = fmt.Sprintf("%d x %s", count, kinds[i].Name)
		}
		kinds[i].Range = kinds[i].times(float64(count), float64(count)).rounded()
	}
	return kinds
}

// Components are the sums of the components, by name.
func (e Estimate) Components() map[string]Range {
	sums := map[string]Range{}
	for _, item := range e.Items {
		sums[item.Component] = sums[item.Component].plus(item.Range)
	}
	return sums
}
