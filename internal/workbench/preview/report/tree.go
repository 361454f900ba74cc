package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// stackType is the root of every plan; its children are the top level.
const stackType = "pulumi:pulumi:Stack"

// node is a resource with its children.
type node struct {
	resource engine.Resource
	children []*node
}

// tree arranges resources under their parents. Components come first, then
// resources by type and name, so that the same plan always reads the same.
func tree(resources []engine.Resource) []*node {
	nodes := make(map[string]*node, len(resources))
	for _, r := range resources {
		nodes[r.URN] = &node{resource: r}
	}
	var roots []*node
	for _, r := range resources {
		if r.Type == stackType {
			continue
		}
		parent, found := nodes[r.Parent]
		if !found || parent.resource.Type == stackType {
			roots = append(roots, nodes[r.URN])
			continue
		}
		parent.children = append(parent.children, nodes[r.URN])
	}
	sortNodes(roots)
	for _, n := range nodes {
		sortNodes(n.children)
	}
	return roots
}

func sortNodes(nodes []*node) {
	slices.SortFunc(nodes, func(a, b *node) int {
		if a.resource.Custom != b.resource.Custom {
			if a.resource.Custom {
				return 1
			}
			return -1
		}
		return cmp.Or(strings.Compare(a.resource.Type, b.resource.Type), strings.Compare(a.resource.Name, b.resource.Name))
	})
}

// count is the number of resources in a branch, the root included.
func (n *node) count() int {
	total := 1
	for _, child := range n.children {
		total += child.count()
	}
	return total
}

// Tree writes the plan as a tree of components and their resources.
func Tree(w io.Writer, plan engine.Plan) {
	fmt.Fprintf(w, "Plan of stack %s\n\n", plan.Stack)
	for _, root := range tree(plan.Resources) {
		writeNode(w, root, 0)
	}
	fmt.Fprintln(w)
}

func writeNode(w io.Writer, n *node, depth int) {
	mark := map[string]string{"create": "+", "update": "~", "delete": "-", "replace": "±", "same": "="}[n.resource.Op]
	note := ""
	if n.resource.Protect {
		note = "  [protected]"
	}
	fmt.Fprintf(w, "%s%s %s  %s%s\n", strings.Repeat("    ", depth), cmp.Or(mark, "?"), shortType(n.resource.Type), n.resource.Name, note)
	for _, child := range n.children {
		writeNode(w, child, depth+1)
	}
}

// shortType turns "aws:ec2/vpc:Vpc" into "aws:ec2:Vpc", as Pulumi shows it.
func shortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, file, nested := strings.Cut(parts[1], "/")
	if nested && strings.EqualFold(file, parts[2]) {
		return parts[0] + ":" + module + ":" + parts[2]
	}
	return token
}
