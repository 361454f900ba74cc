// Package dashboard builds the Grafana dashboards of the platform: the tenants'
// services, what is deployed, the platform itself, and, where they are
// installed, the GPUs and the costs.
//
// No tenant is listed anywhere: the dashboards ask Prometheus for the
// namespaces that carry a tenant's label, so a new tenant appears by itself.
//
// Every query keeps to the clusters chosen in the variable cluster and joins by
// the label cluster. The Prometheus of one cluster puts no such label on what it
// stores; a matcher of ".*" and a join by a label that neither side has work
// all the same, so the same dashboards serve one Prometheus and a store of many.
//
//	all, err := dashboard.All(dashboard.Options{GPU: true})
package dashboard
