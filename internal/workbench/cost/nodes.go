package cost

import (
	"fmt"
	"math"
	"strconv"

	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// detailedMetrics are the metrics an instance sends with detailed monitoring,
// each paid for like a metric of one's own.
const detailedMetrics = 7

const spotCapacity = "SPOT"

// group is a node group as its prices see it.
type group struct {
	kind     string
	instance prices.Instance
	priced   bool
	// hourly is the price of one node: a range where it is spot capacity.
	hourly Range
	// size is the average number of nodes, off-hours counted in; open is the share
	// of time in which the group may have nodes at all.
	size   Range
	open   float64
	labels map[string]any
}

// nodeGroup prices the nodes with their disks and metrics. The first instance
// type stands for all: it is what EC2 gives as long as it has any.
func (e *estimator) nodeGroup(r engine.Resource) {
	g := e.readGroup(r)
	how := "on demand"
	if text(r.Inputs, "capacityType") == spotCapacity {
		spot := e.table.Spot
		how = "spot"
		e.note("spot capacity is assumed to cost %d to %d %% less than on demand; it is not a price, and it changes by the hour",
			spot.LeastDiscountPercent, spot.MostDiscountPercent)
	}
	nodes := plural(span(g.size.Least, g.size.Most), "node")
	if g.open < 1 {
		e.note("%s: %s on average over the week, with its off-hours", e.component(r), nodes)
	}
	if g.priced {
		e.item(r, g.hourly.times(g.size.Least*prices.HoursPerMonth, g.size.Most*prices.HoursPerMonth), "%s %s, %s", g.kind, how, nodes)
	} else {
		e.notPriced("%s %s, %s", g.kind, how, nodes)
	}
	e.disks(r, g, nodes)
}

// disks prices what comes with every node: the root volume and, where it is on,
// detailed monitoring.
func (e *estimator) disks(r engine.Resource, g group, nodes string) {
	for _, sibling := range e.children[r.Parent] {
		if sibling.Type != "aws:ec2/launchTemplate:LaunchTemplate" {
			continue
		}
		size := numberOr(0, sibling.Inputs, "blockDeviceMappings", 0, "ebs", "volumeSize")
		if price, known := e.region.Prices[prices.EBSgp3]; known {
			e.item(r, exactly(price.Amount*size).times(g.size.Least, g.size.Most), "%s GiB gp3 on each of %s", integer(size), nodes)
		} else {
			e.notPriced("gp3 volumes of nodes")
		}
		if !truth(sibling.Inputs, "monitoring", "enabled") {
			continue
		}
		if price, known := e.region.Prices[prices.Metric]; known {
			e.item(r, exactly(price.Amount*detailedMetrics).times(g.size.Least, g.size.Most), "detailed monitoring of %s", nodes)
		} else {
			e.notPriced("detailed monitoring of nodes")
		}
	}
}

func (e *estimator) readGroup(r engine.Resource) group {
	g := group{kind: text(r.Inputs, "instanceTypes", 0), open: 1}
	g.labels, _ = at(r.Inputs, "labels").(map[string]any)
	g.instance, g.priced = e.region.Instances[g.kind]
	g.hourly = exactly(g.instance.Amount)
	if text(r.Inputs, "capacityType") == spotCapacity {
		spot := e.table.Spot
		g.hourly = g.hourly.times(1-float64(spot.MostDiscountPercent)/100, 1-float64(spot.LeastDiscountPercent)/100)
	}
	g.size = Range{numberOr(0, r.Inputs, "scalingConfig", "minSize"), numberOr(0, r.Inputs, "scalingConfig", "maxSize")}
	if plan, scheduled := e.timetable(r); scheduled {
		g.size, g.open = plan.average()
	}
	return g
}

// integer writes a number without a fraction.
func integer(value float64) string { return strconv.FormatFloat(value, 'f', 0, 64) }

// span writes "2 to 5", or "2" when both are the same; averages keep two digits.
func span(least, most float64) string {
	if least == most {
		return amount(least)
	}
	return fmt.Sprintf("%s to %s", amount(least), amount(most))
}

func amount(value float64) string {
	return strconv.FormatFloat(math.Round(value*100)/100, 'f', -1, 64)
}
