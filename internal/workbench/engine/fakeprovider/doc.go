// Package fakeprovider serves Pulumi resource providers that plan without a cloud.
//
// A fake provider accepts every resource of its package, plans it exactly as
// registered and leaves everything a real provider would compute unknown. It
// answers only the few lookups whose result follows from the settings, and
// refuses everything else, so a plan never rests on an invented answer.
package fakeprovider
