// Command docgen writes the documents and schemas that say what the code says,
// from types, comments and defaults. `make docs` runs it, and `make check-docs`
// fails when it would change a file.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . -root ../..

func main() {
	root := flag.String("root", ".", "root folder of the module")
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	documents, err := render(root)
	if err != nil {
		return err
	}
	for _, d := range documents {
		// Documentation is meant to be read by everybody.
		if err := os.WriteFile(filepath.Join(root, d.path), []byte(d.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
