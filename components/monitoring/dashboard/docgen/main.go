// Command docgen writes docs/dashboards.md: every dashboard of the platform with
// its panels, from the dashboards themselves. A picture next to the document, in
// the folder dashboards and named after the UID, is shown with its dashboard.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "docs/dashboards.md", "file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	text, err := render(out)
	if err != nil {
		return err
	}
	return os.WriteFile(out, []byte(text), 0o644) //nolint:gosec // a document for everyone to read
}
