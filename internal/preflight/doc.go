// Package preflight looks at an existing cluster before anything is changed in
// it. A cluster that is missing, too old, without the storage the platform
// needs or without enforced network policies is refused with a sentence that
// says what was found and what to do.
//
// It only reads: the version, the storage classes, the daemon sets and the nodes.
package preflight
