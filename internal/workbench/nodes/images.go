package nodes

// Names of the images that nodes need themselves.
const (
	pauseReference   = "mlops.local/pause:1"
	dnsReference     = "mlops.local/coredns:1"
	requestReference = "mlops.local/inference:request-1"
)

// PauseReference and DNSReference are the images that nodes need beside those of the
// stack; package stock makes them.
func PauseReference() string { return pauseReference }

// DNSReference is the image that answers the names of the cluster.
func DNSReference() string { return dnsReference }

// RequestReference is the image that sends a request for a tenant: it is in a repository
// whose images the tenants of the stack may run.
func RequestReference() string { return requestReference }
