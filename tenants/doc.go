// Package tenants holds the definitions of the teams on the platform: one YAML
// file each under definitions/, checked strictly. A team is added by adding a
// file; nothing else changes.
//
// A definition is the Tenant type in YAML, with the defaults of Default for
// what it leaves out. Under environments it may change any part of itself, the
// name excepted, for single stacks:
//
//	name: fraud
//	costCenter: cc-1234
//	owners: [ada@example.com]
//	image: {repository: inference, tag: 1.0.0}
//	environments:
//	  dev:
//	    replicas: {max: 3}
//
// Objects are merged key by key, lists are replaced. What results is checked
// for every stack the file names, not only for the one being deployed, so that
// an error meant for production is found in review.
//
// The package is plain Go: it knows neither Pulumi nor a cloud. schema.json is
// made from the types and lets editors complete and check definitions.
package tenants
