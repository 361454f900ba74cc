// Package fluent does to a log line what Fluent Bit does by its documentation
// and sources, as far as the platform's configuration uses it. The program
// itself is in no package registry, so tests run the generated configuration
// here: they show that its parts fit together, not that Fluent Bit has no bugs.
package fluent
