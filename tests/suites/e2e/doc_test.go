// Package e2e_test brings the unmodified stack local up on real nodes, as a person
// would, and looks at what runs: predictions through Services and names, training,
// isolation by packets, and what is left on the machine afterwards.
package e2e_test
