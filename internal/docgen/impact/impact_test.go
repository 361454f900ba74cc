package impact_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/docgen/impact"
)

// checkout is one with a list, reasons and results.
func checkout(t *testing.T, edits, untried string, results map[string]string) string {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, impact.Folder)
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "testdata", "dev"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "edits.yaml"), []byte(edits), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "untried.yaml"), []byte(untried), 0o600))
	for name, text := range results {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "testdata", "dev", name+".txt"), []byte(text), 0o600))
	}
	return root
}

const (
	edits = `
- {name: class, set: {store.class: big}}
- {name: group added, key: groups, when: a further one, dangerous: true, set: {groups.x: {size: 1}}}
- {name: group removed, key: groups, when: one less, remove: [groups.y]}
- {name: size, set: {nodeGroups.cpu.size: 2}}
- {name: cidr, set: {cidr: 10.0.0.0/8}}
- {name: note, set: {note: x}}
- {name: values, set: {values: x}}
`
	untried = "secret: nobody can read it\n"
)

func results() map[string]string {
	return map[string]string{
		"class": "update aws_db_instance.main: instance_class\n",
		"group-added": "create aws_eks_node_group.x\ncreate aws_iam_role.x\nupdate kubernetes:helm.sh/v3:Release scaler: values\n" +
			"update kubernetes:core/v1:ConfigMap a: data\nupdate kubernetes:core/v1:ConfigMap b: data\n",
		"group-removed": "delete aws_eks_node_group.y\n",
		"size":          "update aws_autoscaling_group_tag.a: tag\nupdate aws_eks_node_group.cpu: scaling_config\n",
		"cidr": `replace aws_vpc.main for ["cidr_block"]
replace aws_subnet.a for ["vpc_id"]
replace aws_subnet.b for ["vpc_id"]
replace aws_eks_cluster.main for ["vpc_config",0,"subnet_ids"]
replace aws_route_table.a for ["vpc_id"]
replace aws_route_table.b for ["vpc_id"]
delete aws_eip.a
`,
		"note":   "",
		"values": "update kubernetes:helm.sh/v3:Release scaler: values\n",
	}
}

func keys() []string {
	return []string{"store.class", "groups", "nodeGroups.<name>.size", "cidr", "note", "values", "secret"}
}

func TestEveryKeyHasItsPhrase(t *testing.T) {
	t.Parallel()
	found, err := impact.Read(checkout(t, edits, untried, results()), keys())
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"store.class": "updates `aws_db_instance`",
		"groups": "a further one: adds `aws_eks_node_group`, `aws_iam_role`; in the cluster updates `Release`, 2 `ConfigMap`; " +
			"one less: removes `aws_eks_node_group`",
		"nodeGroups.<name>.size": "updates `aws_eks_node_group`, `aws_autoscaling_group_tag`",
		"cidr":                   "**replaces** `aws_vpc`, `aws_eks_cluster`, 2 `aws_route_table`, 2 more, removes `aws_eip`",
		"note":                   "nothing that is deployed",
		"values":                 "in the cluster updates `Release`",
	}, found)
}

func TestWhatIsMissingOrTooMuchIsTold(t *testing.T) {
	t.Parallel()
	without := func(name string) map[string]string {
		left := results()
		delete(left, name)
		return left
	}
	for name, c := range map[string]struct {
		edits, untried string
		results        map[string]string
		keys           []string
		want           string
	}{
		"a key without an edit": {
			edits, untried, results(), append(keys(), "new"), "new: no edit in tests/suites/rehearsal/edits.yaml tries it",
		},
		"a reason for a key that is tried": {
			edits, untried + "note: no reason\n", results(), keys(), "note: an edit tries it, and untried.yaml says why not",
		},
		"an edit of no key": {
			edits + "- {name: old, set: {old: x}}\n", untried, map[string]string{
				"class": "", "group-added": "", "group-removed": "", "size": "", "cidr": "", "note": "", "values": "", "old": "",
			}, keys(), "old: an edit tries it, and there is no such key",
		},
		"a reason for no key": {
			edits, untried + "old: gone\n", results(), keys(), "old: untried.yaml has a reason, and there is no such key",
		},
		"an edit of two keys": {
			edits + "- {name: two, set: {a: x, b: x}}\n", untried, results(), keys(),
			`edit "two": it changes several keys and must say which one it is about`,
		},
		"two edits of one key": {
			edits + "- {name: again, set: {note: y}}\n", untried, results(), keys(),
			`edit "again": there is another one with this name, or of note `,
		},
		"two edits of one name": {
			edits + "- {name: note, key: other, set: {note: y}}\n", untried, results(), keys(),
			`edit "note": there is another one with this name, or of other `,
		},
		"an applied edit of another stack": {
			edits + "- {name: other, applied: true, from: {set: {note: y}}, set: {note: z}}\n", untried, results(), keys(),
			`edit "other": it is applied to the stack as it is, and must not have another one to begin with`,
		},
		"a word that edits do not have": {
			edits + "- {nam: x}\n", untried, results(), keys(), `edits.yaml: error unmarshaling JSON: while decoding JSON: json: unknown field "nam"`,
		},
	} {
		_, err := impact.Read(checkout(t, c.edits, c.untried, c.results), c.keys)
		assert.EqualError(t, err, c.want, name)
	}
	_, err := impact.Read(checkout(t, edits, untried, without("cidr")), keys())
	assert.ErrorContains(t, err, `what edit "cidr" does is not known yet, see docs/rehearsal.md: `)
}

func TestAnEditMayHaveAnotherStackToBeginWith(t *testing.T) {
	t.Parallel()
	list := "- {name: a, from: &more {set: {x.on: true}, remove: [z]}, set: {x.size: 1}}\n- {name: b, from: *more, remove: [x.on], key: x.on}\n"
	found, err := impact.Edits(checkout(t, list, untried, nil))
	require.NoError(t, err)
	more := impact.Change{Set: map[string]any{"x.on": true}, Remove: []string{"z"}}
	assert.Equal(t, []impact.Edit{
		{Name: "a", Key: "x.size", From: more, Change: impact.Change{Set: map[string]any{"x.size": float64(1)}}},
		{Name: "b", Key: "x.on", From: more, Change: impact.Change{Remove: []string{"x.on"}}},
	}, found)
}

func TestResultsAreByStack(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "testdata/prod/a-further-group.txt", impact.Edit{Name: "a further group"}.ResultFile("prod"))
}
