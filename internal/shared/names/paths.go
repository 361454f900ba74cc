package names

// InternalPaths are those of an inference server that are for the cluster alone, with
// what lies below them: metrics tell how much a tenant does, and below /-/ a server
// can be made to fail.
func InternalPaths() []string { return []string{"/-", "/metrics"} }
