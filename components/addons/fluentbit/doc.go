// Package fluentbit installs Fluent Bit on every node: it reads what containers
// write, says whose it is, drops noise, and passes it on.
//
// It builds a namespace with closed network policies and a quota that admits the
// priority class of the pods where a cluster demands one, a service account that may
// read pods and namespaces, the configuration, a DaemonSet, and a Service and
// ServiceMonitor for its metrics. It costs 100 millicores and 128 MiB of each
// node, and up to 1.25 GiB of its disk while the destination does not answer.
//
// A record is flat, so that queries are short and stored bytes few:
//
//	{"tenant": "team-a", "namespace_name": "team-a", "pod_name": "inference-7d9f",
//	 "container_name": "inference", "host": "node-1", "pod_id": "0e2c...",
//	 "stream": "stdout", "app": {"level": "INFO", "msg": "request", "code": 200}}
//
// What a program wrote as JSON is under "app", everything else is text under
// "log". The tenant comes from the label of the namespace, which only the
// platform sets, and what a program writes stays below "app": no tenant can
// write into another's logs.
//
//	agent, err := fluentbit.New(ctx, "logs", &fluentbit.Args{
//		Output: fluentbit.Output{Loki: &fluentbit.Loki{Host: "loki.example.com", Port: 3100}},
//	})
package fluentbit
