package names

import (
	"fmt"
	"strings"
)

// PlatformGroups begins the names of Kubernetes groups that the platform gives rights to
// beyond one tenant.
const PlatformGroups = "mlops:"

// CheckGroup says why a group or user cannot be given rights by others; empty for no reason.
func CheckGroup(name string) string {
	for prefix, owner := range map[string]string{"system:": "Kubernetes", PlatformGroups: "the platform"} {
		if strings.HasPrefix(name, prefix) {
			return fmt.Sprintf("must not start with %q: such groups and users belong to %s", prefix, owner)
		}
	}
	return ""
}
