//go:build !previews

package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/checkservice"
)

// checkFlags are the options of the check, and the flags that they come from.
type checkFlags struct {
	options                          checkservice.Options
	request, requestFile, kind, json string
}

func newCheckServiceCommand() *cobra.Command {
	f := &checkFlags{}
	command := &cobra.Command{
		Use:   "check-service URL",
		Short: "Ask an inference server, in any language, whether it keeps what the platform relies on",
		Long: `Ask an inference server, in any language, whether it keeps what the platform relies
on: probes, predictions, metrics, the log, and how it ends
(docs/adding-a-tenant.md). URL is its root, such as http://127.0.0.1:8080.

With --command the server is started here, on the port of URL, and ended as a pod is.
Without it, what concerns start, log and end is not asked.

Exits with 1 when a check fails or nothing could be asked, with 2 when the command
line is wrong.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("name one URL, as in `mlops check-service http://127.0.0.1:8080`")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.options.URL = args[0]
			return f.run(cmd)
		},
	}
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	flags := command.Flags()
	flags.StringVar(&f.request, "request", "", "JSON body that POST /predict answers")
	flags.StringVar(&f.requestFile, "request-file", "", "file with this body")
	flags.StringVar(&f.kind, "kind", "sentiment", "without either, a request for services/inference with this kind of model: sentiment or defects")
	flags.Int64Var(&f.options.MaxBody, "max-body", checkservice.DefaultMaxBody, "bytes a body may have; a larger one must be refused")
	flags.StringVar(&f.options.Command, "command", "", "start the server with this program and arguments, and end it")
	flags.DurationVar(&f.options.Startup, "startup", checkservice.DefaultStartup, "how long the server may take until it listens and until it is ready")
	flags.StringVar(&f.json, "json", "", "also write the result as JSON to this file")
	return command
}

func (f *checkFlags) run(cmd *cobra.Command) error {
	var err error
	if f.options.Request, err = f.body(); err != nil {
		return usageError{err}
	}
	if err := f.options.Check(); err != nil {
		return usageError{err}
	}
	report, err := checkservice.Run(cmd.Context(), f.options)
	if err != nil {
		return err
	}
	if err := report.Write(cmd.OutOrStdout()); err != nil {
		return err
	}
	if err := f.writeJSON(report); err != nil {
		return err
	}
	if failed := report.Count(checkservice.Failed); failed > 0 {
		return fmt.Errorf("the server at %s failed %d of %d checks", report.URL, failed, len(report.Results))
	}
	return nil
}

// body is the request that the flags name.
func (f *checkFlags) body() ([]byte, error) {
	switch {
	case f.requestFile != "" && f.request != "":
		return nil, errors.New("--request and --request-file both name the request: give one")
	case f.requestFile != "":
		return os.ReadFile(f.requestFile)
	case f.request != "":
		return []byte(f.request), nil
	}
	return checkservice.KindRequest(f.kind)
}

func (f *checkFlags) writeJSON(report *checkservice.Report) error {
	if f.json == "" {
		return nil
	}
	file, err := os.Create(f.json)
	if err != nil {
		return err
	}
	return errors.Join(report.WriteJSON(file), file.Close())
}
