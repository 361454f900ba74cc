// Package offline previews a Pulumi program with the real engine and without a
// cloud: the real Pulumi CLI and the real EKS component provider, with
// stand-ins (package standin) for the providers that would need an account or
// a cluster. Everything it writes is in a temporary folder that ends with it.
package offline
