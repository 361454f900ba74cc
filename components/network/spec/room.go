package spec

const (
	// blockBits is the prefix length of the block of addresses that the VPC CNI
	// takes for a node at a time, and blockSize its addresses. A block must be free
	// as a whole.
	blockBits, blockSize = 28, 16
	// blocksOfNode is one in use and the warm one (WARM_PREFIX_TARGET is 1), which a
	// node takes as soon as it has a pod.
	blocksOfNode = 2
	// keptAddresses are the first four and the last of a subnet, which AWS keeps. So
	// the first and the last block are never free as a whole.
	keptAddresses, brokenBlocks = 5, 2
	// clusterAddresses is how many EKS asks for in a subnet of the control plane.
	clusterAddresses = 6
)

// NodesPerZone is how many nodes, with the blocks of addresses of their pods, a
// private subnet holds at the most; 0 for a range that is itself wrong.
func (n Network) NodesPerZone() int {
	vpc, err := parseCIDR(n.CIDR)
	if err != nil {
		return 0
	}
	_, private, _ := tiers(vpc.Bits())
	return nodesIn(private.subnetBits, clusterAddresses+len(n.InterfaceEndpoints))
}

// nodesIn counts for a subnet in which others have so many single addresses.
// Those, and one of each node, fill the broken blocks first.
func nodesIn(bits, others int) int {
	if bits > blockBits {
		return 0
	}
	blocks := 1<<(blockBits-bits) - brokenBlocks
	fits := func(nodes int) bool {
		loose := max(0, nodes+others-(brokenBlocks*blockSize-keptAddresses))
		return nodes*blocksOfNode+(loose+blockSize-1)/blockSize <= blocks
	}
	nodes := 0
	for fits(nodes + 1) {
		nodes++
	}
	return nodes
}

// BitsFor is the prefix length of the smallest range that Check accepts whose
// private subnets hold so many nodes each; 0 when none does.
func (n Network) BitsFor(nodesPerZone int) int {
	for bits := MaxVPCBits; bits >= MinVPCBits; bits-- {
		_, private, _ := tiers(bits)
		if nodesIn(private.subnetBits, clusterAddresses+len(n.InterfaceEndpoints)) >= nodesPerZone {
			return bits
		}
	}
	return 0
}
