// Package prices holds the on-demand prices of AWS that the platform's cost
// estimate is made of: prices.yaml, embedded and read strictly, by region.
//
// Every price names its unit and its source; every source names the price list
// of AWS, where the number was read, and when. A price that no public source
// confirms is not in the table, and Table says so instead of guessing.
package prices
