package nodes

import "os"

// prepareNetwork gives the empty network a device with the address of the nodes.
// Every other address leads to it and to nowhere from there: pods reach nothing
// outside.
func prepareNetwork() error {
	for _, args := range [][]string{
		{"link", "set", "lo", "up"},
		{"link", "add", "node", "type", "bridge"},
		{"address", "add", nodeAddress + "/32", "dev", "node"},
		{"link", "set", "node", "up"},
		{"route", "add", "default", "dev", "node"},
	} {
		if err := run("ip", args...); err != nil {
			return err
		}
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1\n"), 0o644)
}
