// Package rules holds the alert and recording rules of the platform as typed
// Go: alerts about a tenant's service, its models, pods and training, about GPUs
// and room to grow, and about what a tenant spends.
//
// Every alert carries a severity, the tenant it concerns, a summary, a
// description and the URL of its runbook. The tenant comes from the namespace's
// label mlops.io/tenant, so a new tenant is watched without a change here, and
// pods outside tenants' namespaces are left to the chart's own rules.
package rules
