// Package reach says which connections the NetworkPolicies of a cluster allow.
// The evaluation is not ours: the library of cyclonus, which knows the semantics of
// NetworkPolicies. This package asks it for every cell of a matrix.
package reach
