package impact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// change is one line of a result: "replace aws_vpc.main for [...]" of the provider, or
// "update kubernetes:apps/v1:Deployment name: spec" of the program.
type change struct {
	action, kind string
	cluster      bool
}

func parse(text string) []change {
	var changes []change
	for line := range strings.Lines(text) {
		action, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		address, _, _ := strings.Cut(rest, " ")
		if token, cluster := strings.CutPrefix(address, "kubernetes:"); cluster {
			changes = append(changes, change{action, token[strings.LastIndex(token, ":")+1:], true})
			continue
		}
		kind, _, _ := strings.Cut(address, ".")
		changes = append(changes, change{action: action, kind: kind})
	}
	return changes
}

// verbs are the actions in the order in which they are told: what may lose something
// comes first.
func verbs() []struct{ action, verb string } {
	return []struct{ action, verb string }{
		{"replace", "**replaces**"}, {"delete", "removes"}, {"update", "updates"}, {"create", "adds"},
	}
}

// sentence tells the changes on AWS, and then those in the cluster.
func sentence(changes []change) string {
	aws, cluster := clauses(changes, false), clauses(changes, true)
	switch {
	case aws == "" && cluster == "":
		return "nothing that is deployed"
	case cluster == "":
		return aws
	case aws == "":
		return "in the cluster " + cluster
	default:
		return aws + "; in the cluster " + cluster
	}
}

func clauses(changes []change, cluster bool) string {
	var told []string
	for _, v := range verbs() {
		counts := map[string]int{}
		for _, c := range changes {
			if c.action == v.action && c.cluster == cluster {
				counts[c.kind]++
			}
		}
		if len(counts) > 0 {
			told = append(told, v.verb+" "+kinds(counts))
		}
	}
	return strings.Join(told, ", ")
}

// named is how many kinds are named; of more there is a number.
const named = 3

// kinds names the kinds that hold something first, and then those that there are most
// of.
func kinds(counts map[string]int) string {
	var all []string
	for kind := range counts {
		all = append(all, kind)
	}
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var told []string
	rest := 0
	for i, kind := range all {
		if i >= named {
			rest += counts[kind]
			continue
		}
		text := "`" + kind + "`"
		if counts[kind] > 1 {
			text = fmt.Sprintf("%d %s", counts[kind], text)
		}
		told = append(told, text)
	}
	if rest > 0 {
		told = append(told, fmt.Sprintf("%d more", rest))
	}
	return strings.Join(told, ", ")
}

// rank puts what people must hear of first.
func rank(kind string) int {
	if at := slices.Index(holding(), kind); at >= 0 {
		return at
	}
	return len(holding())
}

// holding are the types that hold data, or that all others are in.
func holding() []string {
	return []string{
		"aws_vpc", "aws_eks_cluster", "aws_db_instance", "aws_s3_bucket", "aws_kms_key", "aws_ecr_repository",
		"aws_cloudwatch_log_group", "aws_eks_node_group", "StatefulSet", "PersistentVolumeClaim", "Deployment", "Release",
	}
}
