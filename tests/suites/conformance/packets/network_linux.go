package packets

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

// network is a router and the hosts around it.
type network struct {
	router *namespace
	// hosts are the namespaces by the name of the peer; peers outside the cluster
	// share one.
	hosts map[string]*namespace
	peers map[string]reach.Peer
	// open is what to close at the end.
	open []io.Closer
}

// gateway is the address of the router on every link; no peer has it.
const gateway = "169.254.1.1"

func build(peers []reach.Peer) (*network, error) {
	n := &network{hosts: map[string]*namespace{}, peers: map[string]reach.Peer{}}
	if err := n.addRouter(); err != nil {
		n.close()
		return nil, err
	}
	var outside []reach.Peer
	links := 0
	for _, p := range peers {
		n.peers[p.Name] = p
		if !p.IsPod() {
			outside = append(outside, p)
			continue
		}
		links++
		if err := n.addHost(links, p); err != nil {
			n.close()
			return nil, err
		}
	}
	if len(outside) > 0 {
		if err := n.addHost(links+1, outside...); err != nil {
			n.close()
			return nil, err
		}
	}
	return n, nil
}

func (n *network) addRouter() error {
	router, err := newNamespace()
	if err != nil {
		return err
	}
	n.router = router
	return router.do(func() error {
		return errors.Join(route(), batch("link set lo up"))
	})
}

// route lets the kernel pass packets on in the namespace of the calling thread,
// and say at once, and every time, that one was refused.
func route() error {
	for name, value := range map[string]string{"ip_forward": "1", "icmp_ratemask": "0", "conf/all/rp_filter": "0", "conf/default/rp_filter": "0"} {
		if err := os.WriteFile("/proc/sys/net/ipv4/"+name, []byte(value), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// addHost joins a namespace with the addresses of the peers to the router. Both
// ends know each other's hardware address, so that nobody has to ask for it.
func (n *network) addHost(number int, peers ...reach.Peer) error {
	host, err := newNamespace()
	if err != nil {
		return err
	}
	for _, p := range peers {
		n.hosts[p.Name] = host
	}
	n.open = append(n.open, host.file)
	link, here, there := fmt.Sprintf("link%d", number), hardware(1, number), hardware(2, number)
	commands := []string{
		fmt.Sprintf("link add %s address %s type veth peer name eth0 address %s netns %s", link, here, there, host.path()),
		"link set " + link + " up",
	}
	for _, p := range peers {
		commands = append(commands,
			fmt.Sprintf("neigh add %s lladdr %s dev %s nud permanent", p.Address, there, link),
			fmt.Sprintf("route add %s/32 dev %s", p.Address, link))
	}
	if err := n.router.do(func() error { return batch(commands...) }); err != nil {
		return err
	}
	commands = []string{"link set lo up", "link set eth0 up"}
	for _, p := range peers {
		commands = append(commands, fmt.Sprintf("addr add %s/32 dev eth0", p.Address))
	}
	commands = append(commands,
		fmt.Sprintf("neigh add %s lladdr %s dev eth0 nud permanent", gateway, here),
		fmt.Sprintf("route add %s dev eth0", gateway),
		fmt.Sprintf("route add default via %s", gateway))
	return host.do(func() error { return batch(commands...) })
}

func hardware(side, number int) string {
	return fmt.Sprintf("02:00:00:%02x:%02x:%02x", side, number>>8, number&0xff)
}

// batch runs commands of ip in the namespace of the calling thread.
func batch(commands ...string) error {
	return run(strings.Join(commands, "\n")+"\n", "ip", "-batch", "-")
}

func (n *network) close() {
	for _, c := range n.open {
		_ = c.Close() // the end of a test, and nothing was written
	}
	if n.router != nil {
		n.router.close()
	}
}
