package prices

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// HoursPerMonth is 365 days of 24 hours over 12 months, as AWS counts a month
// in its own calculator.
const HoursPerMonth = 730

// MaximumAge is how old the table may be before the estimate warns: prices of
// AWS rarely change, but half a year is long enough for new generations.
const MaximumAge = 180 * 24 * time.Hour

const dateLayout = "2006-01-02"

// Unit is the unit of an amount.
type Unit string

// The units.
const (
	// Hour is one hour of one thing.
	Hour Unit = "hour"
	// Month is one month of one thing.
	Month Unit = "month"
	// GB is one gigabyte that passes.
	GB Unit = "GB"
	// GBMonth is one gigabyte kept for a month.
	GBMonth Unit = "GB-month"
	// LCUHour is one hour of a load balancer capacity unit.
	LCUHour Unit = "LCU-hour"
)

// Units lists the units.
func Units() []Unit { return []Unit{Hour, Month, GB, GBMonth, LCUHour} }

// Price is one on-demand price without taxes, discounts and free tiers.
type Price struct {
	// Amount in the currency of the table.
	Amount float64 `json:"amount"`
	// Unit is the unit of the amount.
	Unit Unit `json:"unit"`
	// Source is a key of Table.Sources.
	Source string `json:"source"`
}

// Monthly is the price of one thing for a month of HoursPerMonth; for units
// that are not time, the amount itself.
func (p Price) Monthly() float64 {
	if p.Unit == Hour {
		return p.Amount * HoursPerMonth
	}
	return p.Amount
}

// Instance is the price of an EC2 instance type, with the size that a pod's
// share is taken of.
type Instance struct {
	Price
	// VCPU is the number of virtual processors.
	VCPU int `json:"vcpu"`
	// MemoryGiB is the memory.
	MemoryGiB int `json:"memoryGiB"`
	// GPUs is the number of NVIDIA GPUs.
	GPUs int `json:"gpus"`
}

// Source says where prices come from.
type Source struct {
	// List is the page of AWS that is the authority.
	List string `json:"list"`
	// Seen is the public source in which the numbers were read.
	Seen string `json:"seen"`
	// Checked is the day on which they were read, such as "2026-11-21".
	Checked string `json:"checked"`
}

// Spot is the assumption about spot capacity.
type Spot struct {
	// LeastDiscountPercent and MostDiscountPercent are how far below on-demand
	// spot instances are assumed to cost.
	LeastDiscountPercent int `json:"leastDiscountPercent"`
	MostDiscountPercent  int `json:"mostDiscountPercent"`
	// Source is a key of Table.Sources.
	Source string `json:"source"`
}

// Region holds the prices of one region.
type Region struct {
	// Instances are EC2 instance types.
	Instances map[string]Instance `json:"instances"`
	// Databases are RDS instance classes for PostgreSQL in one zone.
	Databases map[string]Price `json:"databases"`
	// Prices are everything else, by the names below.
	Prices map[string]Price `json:"prices"`
}

// Names of prices.
const (
	EKSCluster        = "eks.cluster"
	NATGateway        = "nat.gateway"
	NATData           = "nat.data"
	IPv4Address       = "ipv4.address"
	InterfaceEndpoint = "endpoint.interface"
	EBSgp3            = "ebs.gp3"
	RDSgp3            = "rds.gp3"
	KMSKey            = "kms.key"
	LoadBalancer      = "alb"
	LoadCapacity      = "alb.capacity"
	Alarm             = "cloudwatch.alarm"
	Metric            = "cloudwatch.metric"
	LogIngestion      = "logs.ingestion"
	LogStorage        = "logs.storage"
	S3Standard        = "s3.standard"
	ECRStorage        = "ecr.storage"
)

// Table is the price list.
type Table struct {
	// Currency of every amount.
	Currency string `json:"currency"`
	// Sources by their key.
	Sources map[string]Source `json:"sources"`
	// Spot is the assumption about spot capacity.
	Spot Spot `json:"spot"`
	// Regions by their name in AWS.
	Regions map[string]Region `json:"regions"`
}

//go:embed prices.yaml
var prices []byte

// Load returns the table of the repository.
func Load() (Table, error) {
	table, err := Parse(prices)
	if err != nil {
		return Table{}, fmt.Errorf("internal/workbench/cost/prices/prices.yaml: %w", err)
	}
	return table, nil
}

// Parse reads a table and reports every error of it.
func Parse(data []byte) (Table, error) {
	tree, err := strictyaml.ParseYAML(data)
	if err != nil {
		return Table{}, err
	}
	var table Table
	if list := strictyaml.Decode(nil, tree, &table); len(list) > 0 {
		return Table{}, validation.ToError("", list)
	}
	if err := validation.ToError("", table.check()); err != nil {
		return Table{}, err
	}
	return table, nil
}

// Checked is the day of the oldest source.
func (t Table) Checked() time.Time {
	var oldest time.Time
	for _, source := range t.Sources {
		if day, err := time.Parse(dateLayout, source.Checked); err == nil && (oldest.IsZero() || day.Before(oldest)) {
			oldest = day
		}
	}
	return oldest
}

// Stale says that the table is older than MaximumAge.
func (t Table) Stale(now time.Time) bool { return now.Sub(t.Checked()) > MaximumAge }

func (t Table) check() field.ErrorList {
	var list field.ErrorList
	if t.Currency == "" {
		list = append(list, field.Required(field.NewPath("currency"), "the currency of every amount"))
	}
	for _, key := range slices.Sorted(maps.Keys(t.Sources)) {
		list = append(list, t.Sources[key].check(field.NewPath("sources").Key(key))...)
	}
	list = append(list, t.checkSpot(field.NewPath("spot"))...)
	for _, name := range slices.Sorted(maps.Keys(t.Regions)) {
		list = append(list, t.checkRegion(field.NewPath("regions").Key(name), t.Regions[name])...)
	}
	return list
}

func (s Source) check(at *field.Path) field.ErrorList {
	var list field.ErrorList
	if s.List == "" {
		list = append(list, field.Required(at.Child("list"), "the price list of AWS"))
	}
	if s.Seen == "" {
		list = append(list, field.Required(at.Child("seen"), "where the numbers were read"))
	}
	if _, err := time.Parse(dateLayout, s.Checked); err != nil {
		list = append(list, field.Invalid(at.Child("checked"), s.Checked, "must be a day such as 2026-11-21"))
	}
	return list
}

func (t Table) checkSpot(at *field.Path) field.ErrorList {
	var list field.ErrorList
	least, most := t.Spot.LeastDiscountPercent, t.Spot.MostDiscountPercent
	if least < 0 || most > 90 || least > most {
		list = append(list, field.Invalid(at, fmt.Sprintf("%d..%d", least, most), "must be from 0 to 90, least before most"))
	}
	return append(list, t.checkSource(at.Child("source"), t.Spot.Source)...)
}

func (t Table) checkRegion(at *field.Path, region Region) field.ErrorList {
	var list field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(region.Instances)) {
		instance := region.Instances[name]
		entry := at.Child("instances").Key(name)
		list = append(list, t.checkPrice(entry, instance.Price)...)
		if instance.VCPU < 1 || instance.MemoryGiB < 1 || instance.GPUs < 0 {
			list = append(list, field.Invalid(entry, name, "must have vcpu and memoryGiB >= 1, and gpus >= 0"))
		}
	}
	for section, entries := range map[string]map[string]Price{"databases": region.Databases, "prices": region.Prices} {
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			list = append(list, t.checkPrice(at.Child(section).Key(name), entries[name])...)
		}
	}
	return list
}

func (t Table) checkPrice(at *field.Path, price Price) field.ErrorList {
	var list field.ErrorList
	if price.Amount <= 0 {
		list = append(list, field.Invalid(at.Child("amount"), price.Amount, "must be > 0; leave out what is not known"))
	}
	if !slices.Contains(Units(), price.Unit) {
		list = append(list, field.NotSupported(at.Child("unit"), price.Unit, Units()))
	}
	return append(list, t.checkSource(at.Child("source"), price.Source)...)
}

func (t Table) checkSource(at *field.Path, key string) field.ErrorList {
	if _, known := t.Sources[key]; known {
		return nil
	}
	return field.ErrorList{field.NotSupported(at, key, slices.Sorted(maps.Keys(t.Sources)))}
}
