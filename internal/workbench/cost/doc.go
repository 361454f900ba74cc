// Package cost estimates what a planned stack costs a month, from the inputs of
// the plan's resources as the engine saw them and the prices of package pricing.
//
// The estimate is a range. Its lower end is every node group at its least size,
// its upper end every one at its largest, both without what nobody can know
// beforehand: data transferred, requests, objects stored. Those are listed with
// their unit price. A resource without a price is listed as not priced; none is
// left out silently.
//
// What a tenant costs is a share of nodes: the larger of its share of a node's
// processors and of its memory, for its least and its greatest number of
// replicas. It is part of the components' sums and not on top of them.
package cost
