// Package dashboard builds the Grafana dashboard of the tenants: eight panels
// over the services and pods of one tenant, several or all.
//
// The tenants are not listed anywhere: the dashboard asks Prometheus for the
// namespaces that carry a tenant's label, so a new tenant appears by itself.
package dashboard
