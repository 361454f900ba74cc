package spec

// Network is the VPC. Subnet ranges are computed from it.
type Network struct {
	// CIDR is the private IPv4 range of the VPC, /16 to /22.
	CIDR string `json:"cidr" pulumi:"cidr" fixed:"the VPC would be replaced, with the cluster and the database in it; make a new stack and move the data"`
	// ZoneCount is how many zones to use, 2 or 3: those the region calls a, b and c. Where the region has no such
	// zones, or for more of them, use `network.zones` instead.
	ZoneCount int `json:"zoneCount" pulumi:"zoneCount"`
	// Zones names the availability zones, 2 to 6. Append only: the position of a zone fixes its subnets.
	Zones []string `json:"zones" pulumi:"zones" grows:"a zone that goes or moves takes its subnets along, with the nodes and the database in them; leave the zones where they are and add others at the end, where each brings subnets, and node groups in every zone are replaced one by one"`
	// ZoneIDs are the zone ids in the same order, such as `euw1-az1`, to check that EKS can use the zones.
	ZoneIDs []string `json:"zoneIds" pulumi:"zoneIds"`
	// NAT says how private subnets reach the internet. `none` is for programs that import the component, and needs the
	// `network.interfaceEndpoints` of the nodes: what a stack installs pulls public images.
	NAT NATMode `json:"nat" pulumi:"nat"`
	// InterfaceEndpoints are AWS services to reach without NAT, such as `ecr.api`, in short or by their full names; each
	// costs about 8 USD a month and zone.
	InterfaceEndpoints []string `json:"interfaceEndpoints" pulumi:"interfaceEndpoints"`
	// S3ReadBuckets are further buckets whose objects may be read through the S3 endpoint without credentials of this
	// account, `*` allowed, such as those behind a public registry.
	S3ReadBuckets []string `json:"s3ReadBuckets" pulumi:"s3ReadBuckets"`
	// FlowLogsRetentionDays is how long the record of connections is kept, one of the values of CloudWatch Logs.
	FlowLogsRetentionDays int `json:"flowLogsRetentionDays" pulumi:"flowLogsRetentionDays" unit:"days"`
}

// NATMode says how private subnets reach the internet.
type NATMode string

// The NAT modes.
const (
	// NATNone builds no NAT gateway; private subnets have no default route.
	NATNone NATMode = "none"
	// NATSingle builds one NAT gateway in the first zone. When that zone fails,
	// every private subnet loses the internet.
	NATSingle NATMode = "single"
	// NATPerZone builds one NAT gateway per zone, so zones fail independently.
	NATPerZone NATMode = "per-zone"
)

// Values lists what is supported.
func (NATMode) Values() []string {
	return []string{string(NATNone), string(NATSingle), string(NATPerZone)}
}
