// Package dashboards serves the dashboards of a platform as a web page, drawn with
// what a Prometheus answers to their queries at this moment. It takes the place of a
// Grafana where there is none.
package dashboards
