// Package harness puts the platform's monitoring on real programs: the Prometheus
// operator turns the program's own ServiceMonitors and rules into a
// configuration, Prometheus scrapes inference services that run as processes,
// and Alertmanager tells a receiver on this machine.
//
// What differs from a cluster, and why:
//
//   - Nodes are simulated, so a small kubelet of ours runs the serving pods as
//     processes and reports their readiness and restarts. Prometheus reaches a
//     pod's address through a proxy that leads to its process.
//   - Charts cannot be fetched, so the jobs that they bring (kube-state-metrics,
//     kubelet, API server, GPUs, prices) are written here, with the labels that
//     the charts give. Fluent Bit cannot be had either; its job is left out.
//   - Nobody waits half an hour for an alert: every duration of the rules, of the
//     scrapes and of Alertmanager is divided by Speed. Nothing else of them is
//     changed, and promtool tests the rules as they are.
//   - There is no GPU and no price list: both exporters are fakes that show
//     what a test tells them, under the real exporters' names.
package harness
