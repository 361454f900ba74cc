// Package awsvalues is a corpus of values that AWS refuses, each as a user would
// write it: in a stack file, or in the arguments of a component. For each it says
// where the value is stopped: by our own checks, which is wanted; by the provider,
// which costs the user a plan; or nowhere before AWS is asked, which needs a
// reason.
//
// Type, Property and Value say what the plan would hold if our checks were not
// there, so that the same corpus can be put to the real provider.
package awsvalues
