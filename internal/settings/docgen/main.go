// Command docgen writes docs/configuration.md: every key of the settings with
// its type, unit, default and meaning. Types, units and rules come from the
// structs, defaults from settings.Default, meanings from the doc comments.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	source := flag.String("source", "internal/settings", "folder of the settings package")
	out := flag.String("out", "docs/configuration.md", "file to write")
	flag.Parse()
	if err := run(*source, *out); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func run(source, out string) error {
	text, err := render(source)
	if err != nil {
		return err
	}
	// Documentation is meant to be read by everybody.
	return os.WriteFile(out, []byte(text), 0o644)
}
