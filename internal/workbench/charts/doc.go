// Package charts stands before Pulumi's Kubernetes provider and decides for each
// Helm release whether its chart can be had. Where it can, the release is the
// provider's; where not, it is recorded as planned and nothing is installed.
// Everything that is no Helm release is handed on.
//
// A release that was recorded is replaced by a real one as soon as its chart can be
// had.
package charts
