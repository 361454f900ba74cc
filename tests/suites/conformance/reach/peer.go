package reach

import (
	"cmp"
	"fmt"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
)

// Peer is one end of a connection: a pod, or an address outside the cluster.
type Peer struct {
	// Name is unique in a matrix.
	Name string
	// Group is the name the peer is shown under; peers of one group stand in one row.
	Group string
	// Address of the pod, or outside the cluster.
	Address netip.Addr
	// Namespace of the pod; empty outside the cluster.
	Namespace string
	// Labels of the pod, and NamespaceLabels those of its namespace.
	Labels, NamespaceLabels map[string]string
}

// IsPod says whether the peer is in the cluster.
func (p Peer) IsPod() bool { return p.Namespace != "" }

// Port is a port of a transport protocol.
type Port struct {
	Protocol corev1.Protocol
	Number   int
}

// String writes a port as "53/UDP".
func (p Port) String() string { return fmt.Sprintf("%d/%s", p.Number, p.Protocol) }

func (p Port) compare(other Port) int {
	return cmp.Or(cmp.Compare(p.Number, other.Number), cmp.Compare(p.Protocol, other.Protocol))
}

// Cell is one question: can the peer named From open a connection to the port of
// the peer named To?
type Cell struct {
	From, To string
	Port     Port
}

// String writes a cell for a reader.
func (c Cell) String() string { return fmt.Sprintf("%s -> %s %s", c.From, c.To, c.Port) }

// Matrix is the answer to every question that was asked.
type Matrix map[Cell]bool

// Allowed counts the connections that are.
func (m Matrix) Allowed() int {
	count := 0
	for _, allowed := range m {
		if allowed {
			count++
		}
	}
	return count
}

// Compare returns every cell that is in one matrix only or differs, each with
// what either says.
func (m Matrix) Compare(other Matrix) []Difference {
	var list []Difference
	for cell, allowed := range m {
		if also, asked := other[cell]; !asked || also != allowed {
			list = append(list, Difference{Cell: cell, Left: allowed, Right: also})
		}
	}
	for cell, allowed := range other {
		if _, asked := m[cell]; !asked {
			list = append(list, Difference{Cell: cell, Right: allowed})
		}
	}
	return list
}

// Difference is a cell on which two matrices do not agree.
type Difference struct {
	Cell
	Left, Right bool
}
