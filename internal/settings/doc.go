// Package settings reads the configuration of a stack, and is the only place
// that does. All of it is one object under one key of the stack file:
//
//	config:
//	  mlops:platform:
//	    environment: dev
//	    aws: {region: eu-west-1, accountId: "111111111111"}
//
// The object is laid over the defaults, completed with what follows from other
// values (zones and partition from the region), and checked as a whole: every
// unknown key, wrong type and broken rule is reported in one error, each line
// starting with the path of the key. Nothing here knows an environment by name;
// environments differ in their stack files only.
//
// The result holds plain values. Secrets are the exception: they stay wrapped
// in Secret, which prints as "(secret)" and leaves only as a secret output.
//
// docs/configuration.md is generated from the types of this package, their
// comments and Default.
package settings
