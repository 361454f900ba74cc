// Command pulumi-kubernetes is Pulumi's Kubernetes provider, built from its module.
// The descriptions that its makers embed are no part of the module as they embed
// them; here they are files beside the program.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	number := fmt.Appendf(nil, `{"version": %q,`, strings.TrimPrefix(version.Version, "v"))
	schema := bytes.Replace(description("schema.json"), []byte("{"), number, 1)
	provider.Serve("kubernetes", version.Version, schema, description("terraform-mapping.json"))
}

// description is the text of a file beside the program.
func description(name string) []byte {
	program, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(program), name))
	if err != nil {
		log.Fatal(err)
	}
	return text
}
