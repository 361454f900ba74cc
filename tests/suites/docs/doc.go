// Package docs proves that what the documentation tells its readers to type is
// valid: every command in a block of shell code, and in a span of code that
// begins with a tool, is put before the tool itself or before the definition of
// what it names.
//
// kubectl is the real one and runs against a server that has the whole
// Kubernetes API and no object in it, so a wrong flag, resource or format fails
// and a missing object does not; what it asked for is then compared with the
// objects the platform makes. The AWS CLI runs against an address where nobody
// listens, the Pulumi CLI parses and prints its help. Queries are read by
// Prometheus' own parser, make targets are looked up in the Makefile.
package docs
