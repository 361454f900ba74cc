package layers_test

import (
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the column of imports in docs/architecture.md")

// outside are the libraries that the table names.
var outside = []struct{ prefix, name string }{
	{"github.com/pulumi/pulumi/sdk/v3/go/auto", "Pulumi's engine"},
	{"github.com/pulumi/pulumi/", "Pulumi"},
	{"github.com/pulumi/pulumi-", "SDKs of AWS and Kubernetes"},
	{"k8s.io/client-go", "Kubernetes' client"},
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

// row is a line of the table of folders.
type row struct {
	line    int
	folders []string
	imports string
}

func (r row) holds(folder string) bool {
	return slices.ContainsFunc(r.folders, func(name string) bool { return below(folder, name) })
}

// TestArchitecture compares the column of imports in docs/architecture.md with what
// the packages import.
func TestArchitecture(t *testing.T) {
	t.Parallel()
	file := filepath.Join(root, "docs", "architecture.md")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	rows := tableOfFolders(lines)
	require.NotEmpty(t, rows)
	imports := importsOfRows(t, rows)
	for i, r := range rows {
		want := strings.Join(slices.Sorted(maps.Keys(imports[i])), ", ")
		if *update {
			cells := strings.Split(lines[r.line], "|")
			cells[3] = strings.ReplaceAll(" "+want+" ", "  ", " ")
			lines[r.line] = strings.Join(cells, "|")
			continue
		}
		assert.Equal(t, want, r.imports, "%v; `go test -run Architecture -update .` writes it", r.folders)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600))
	}
}

// tableOfFolders are the rows of the table that name packages.
func tableOfFolders(lines []string) (rows []row) {
	inside := false
	for i, line := range lines {
		cells := strings.Split(line, "|")
		switch {
		case strings.HasPrefix(line, "| Folder |"):
			inside = true
		case !strings.HasPrefix(line, "|"):
			inside = false
		case inside && len(cells) == 5 && !strings.Contains(cells[1], "---"):
			r := row{line: i, imports: strings.TrimSpace(cells[3])}
			for _, span := range codeSpan.FindAllStringSubmatch(cells[1], -1) {
				r.folders = append(r.folders, span[1])
			}
			if r.folders[0] != "tests" && !strings.HasPrefix(r.folders[0], "tools/") {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// importsOfRows are the names of what the packages of each row import, tests left out.
// A package belongs to the first row that holds it.
func importsOfRows(t *testing.T, rows []row) []map[string]bool {
	t.Helper()
	of := func(pkg string) int {
		folder, own := strings.CutPrefix(pkg, modulePath)
		if !own {
			return -1
		}
		return slices.IndexFunc(rows, func(r row) bool { return r.holds(folder) })
	}
	found := make([]map[string]bool, len(rows))
	for i := range found {
		found[i] = map[string]bool{}
	}
	for _, module := range []string{".", "internal/workbench", "cmd/mlops", "services/inference"} {
		list := exec.Command("go", "list", "-f", "{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}\n{{end}}", "./...")
		list.Dir = filepath.Join(root, module)
		out, err := list.Output()
		require.NoError(t, err)
		for line := range strings.Lines(string(out)) {
			pkg, imported, ok := strings.Cut(strings.TrimSpace(line), " ")
			if from := of(pkg); ok && from >= 0 {
				if name := nameOf(rows, imported, of(imported), from); name != "" {
					found[from][name] = true
				}
			}
		}
	}
	return found
}

// nameOf is how the table names an imported package; empty for what it does not name.
func nameOf(rows []row, imported string, to, from int) string {
	if to == from {
		return ""
	}
	if to >= 0 {
		return "`" + rows[to].folders[0] + "`"
	}
	for _, library := range outside {
		if strings.HasPrefix(imported, library.prefix) {
			return library.name
		}
	}
	return ""
}
