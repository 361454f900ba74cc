// Package engine runs a Pulumi program with the real engine and without a
// cloud. Preview plans it with the real Pulumi CLI and the real EKS component
// provider, with fake ones (package fakeprovider) for the providers that would need
// an account or a cluster; everything it writes is in a temporary folder that
// ends with it. A Deployment really deploys, with providers that already run,
// and keeps its state in a folder of its own.
package engine
