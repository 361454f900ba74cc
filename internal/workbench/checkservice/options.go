package checkservice

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// DefaultMaxBody is the body in bytes, 1 MiB, beyond which a server must refuse to read.
const DefaultMaxBody = 1 << 20

// DefaultStartup is how long a server may load its model before its pod is ended.
const DefaultStartup = spec.StartupSeconds * time.Second

// Options say which server is asked, and with what.
type Options struct {
	// URL is the root of the server, such as http://127.0.0.1:8080. Required.
	URL string
	// Request is a JSON body that POST /predict answers. Required.
	Request []byte
	// MaxBody is the size in bytes that a body may have; a larger one must be
	// refused. Default: DefaultMaxBody.
	MaxBody int64
	// Startup is how long the server may take until it listens and until it is
	// ready. Default: DefaultStartup.
	Startup time.Duration
	// Command is the program and arguments, as for a shell, that starts the server on
	// the port of URL, which it finds in PORT. Default: the server runs already, and
	// what needs its start, its log or its end is not asked.
	Command string

	// ending is how long the server has from SIGTERM: what the pod leaves it.
	ending time.Duration
}

// KindRequest is a request that services/inference answers with the bundled model of
// a kind, "sentiment" or "defects".
func KindRequest(kind string) ([]byte, error) {
	requests := map[string]string{
		names.ModelSentiment: `{"text": "This product is amazing!"}`,
		names.ModelDefects: `{"features": {"torque_nm": 16.5, "temperature_celsius": 75, "vibration_mm_s": 5.2, ` +
			`"cycle_seconds": 5.1, "humidity_percent": 44}}`,
	}
	request, known := requests[kind]
	if !known {
		return nil, fmt.Errorf("--kind is %q: must be %s", kind, strings.Join(names.ModelKinds(), " or "))
	}
	return []byte(request), nil
}

// Check reports the first option that cannot be used.
func (o Options) Check() error {
	if err := o.checkURL(); err != nil {
		return err
	}
	switch {
	case !json.Valid(o.Request):
		return errors.New("the request must be JSON")
	case o.MaxBody < 0:
		return fmt.Errorf("--max-body is %d: must be at least 1", o.MaxBody)
	case int64(len(o.Request)) > o.withDefaults().MaxBody:
		return fmt.Errorf("the request has %d bytes, more than --max-body allows", len(o.Request))
	case o.Startup < 0:
		return fmt.Errorf("--startup is %s: must be more than 0s", o.Startup)
	}
	return nil
}

func (o Options) checkURL() error {
	address, err := url.Parse(o.URL)
	switch {
	case err != nil || !slices.Contains([]string{"http", "https"}, address.Scheme) || address.Hostname() == "":
		return fmt.Errorf("%q is not the URL of a server, such as http://127.0.0.1:8080", o.URL)
	case strings.Trim(address.Path, "/") != "" || address.RawQuery != "":
		return fmt.Errorf("%q must end with the host and the port: the paths are fixed", o.URL)
	case o.Command != "" && address.Port() == "":
		return fmt.Errorf("%q needs a port: --command finds it in PORT", o.URL)
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Startup == 0 {
		o.Startup = DefaultStartup
	}
	if o.ending == 0 {
		o.ending = (spec.GracePeriodSeconds - spec.DrainSeconds) * time.Second
	}
	o.URL = strings.TrimRight(o.URL, "/")
	return o
}
