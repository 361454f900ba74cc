// Package rehearsal_test applies the stacks on AWS with the real AWS provider on an
// emulated AWS, applies them again, plans edits, and destroys them.
//
// The emulator shows order, names, what the provider would replace and what is left.
// It does not show that AWS accepts something: that is what `make verify-aws` and the
// rules of the components are for.
package rehearsal_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-iac/mlops/internal/workbench/awsemulator"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
)

var (
	checkout = filepath.Join("..", "..", "..")

	update = flag.Bool("update", false, "write to testdata what edits do")
	only   = flag.String("stacks", "", "the stacks to make and destroy, with commas between them; left out, dev and prod, or dev alone with -brief")
	brief  = flag.Bool("brief", false, "only the edits of edits.yaml that are dangerous, and only the life of the stack")
	skip   = flag.Bool("skip-build", false, "rehearse nothing, and say so, where the provider is not built yet")
	keep   = flag.String("keep", "", "a folder that is kept, with the configuration and state of every stack")
)

// The tools of all tests.
var (
	tools    toolset.AWS
	verifier *verifyaws.Verifier
	program  toolset.Ministack
	emulator *awsemulator.Emulator
	root     string
)

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if errors.Is(err, verifyaws.ErrNotBuilt) {
		fmt.Println("Nothing was rehearsed: " + err.Error())
		os.Exit(0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run starts what the tests need, and ends it.
func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	set, err := toolset.New(checkout, progress.New(os.Stderr).Stage)
	if err != nil {
		return 1, err
	}
	if tools, err = verifyaws.Tools(ctx, set, verifyaws.ProviderBuilt, *skip); err != nil {
		return 1, err
	}
	if program, err = set.Ministack(ctx); err != nil {
		return 1, err
	}
	folder, remove, err := workFolder()
	if err != nil {
		return 1, err
	}
	root = folder
	defer func() { err = errors.Join(err, remove()) }()
	if verifier, err = verifyaws.NewVerifier(ctx, set, tools, root); err != nil {
		return 1, err
	}
	if emulator, err = awsemulator.Start(ctx, program, awsemulator.Options{Folder: root, Enforce: true}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, emulator.Stop()) }()
	code = m.Run()
	return code, emulator.Failure()
}

func workFolder() (folder string, remove func() error, err error) {
	if *keep != "" {
		folder, err := filepath.Abs(*keep)
		return folder, func() error { return nil }, errors.Join(err, os.MkdirAll(folder, 0o700))
	}
	folder, err = os.MkdirTemp("", "mlops-rehearsal-")
	return folder, func() error { return os.RemoveAll(folder) }, err
}

func stacks() []string {
	switch {
	case *only != "":
		return strings.Split(*only, ",")
	case *brief:
		return []string{"dev"}
	default:
		return []string{"dev", "prod"}
	}
}
