// Command outputsdoc writes docs/outputs.md: every stack output with its keys,
// types and meanings. Keys and types come from the Ref structs of the
// components, meanings from their doc comments.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	root := flag.String("root", ".", "root folder of the module")
	out := flag.String("out", "docs/outputs.md", "file to write")
	flag.Parse()
	if err := run(*root, *out); err != nil {
		fmt.Fprintln(os.Stderr, "outputsdoc:", err)
		os.Exit(1)
	}
}

func run(root, out string) error {
	text, err := render(root)
	if err != nil {
		return err
	}
	// Documentation is meant to be read by everybody.
	return os.WriteFile(out, []byte(text), 0o644)
}
