// Command generate writes the JSON Schema of tenant definitions. `go generate
// ./tenants/...` runs it where it belongs, in the folder of package schema.
package main

import (
	"fmt"
	"os"

	"github.com/mlops-iac/mlops/tenants/internal/schema"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generating the tenant schema:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := schema.Generate()
	if err != nil {
		return err
	}
	return os.WriteFile(schema.File, text, 0o644)
}
