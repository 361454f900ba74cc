package awsemulator

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// front takes the calls of clients, and passes each on over a connection of its own.
// Without it the AWS provider, which keeps connections, finds one closed in the middle
// of a call in every second apply, and cannot know what was made.
type front struct {
	// endpoint is where clients call, and emulator where the emulator answers.
	endpoint, emulator string

	server *http.Server
	log    *os.File
}

const (
	// callLimit is how long the emulator may take for one call. It needs seconds for the
	// longest.
	callLimit = 2 * time.Minute
	// readyPath answers once all of the emulator runs.
	readyPath = "/_ministack/ready"
)

// newFront listens on loopback. What it cannot pass on is in front.log in the folder.
func newFront(port *process.Port, folder string) (*front, error) {
	logFile, err := os.Create(filepath.Join(folder, "front.log"))
	if err != nil {
		return nil, fmt.Errorf("before the emulator of AWS: %w", err)
	}
	listener, err := process.Listen()
	if err != nil {
		return nil, errors.Join(err, logFile.Close())
	}
	target := &url.URL{Scheme: "http", Host: port.Address()}
	f := &front{endpoint: "http://" + listener.Addr().String(), emulator: target.String(), log: logFile}
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { passOn(r, target) },
		Transport: &http.Transport{DisableKeepAlives: true, ResponseHeaderTimeout: callLimit},
		ErrorLog:  log.New(logFile, "", log.LstdFlags),
	}
	f.server = &http.Server{Handler: proxy, ErrorLog: proxy.ErrorLog, ReadHeaderTimeout: callLimit}
	go func() { _ = f.server.Serve(listener) }() // it ends with stop
	return f, nil
}

// passOn leaves the host as it was signed, and says that the call came by TLS: AWS is
// called by nothing else, and policies of buckets refuse everything else.
func passOn(r *httputil.ProxyRequest, target *url.URL) {
	r.SetURL(target)
	r.Out.Host = r.In.Host
	r.Out.Header.Set("X-Forwarded-Proto", "https")
}

// ready says whether the emulator answers.
func (f *front) ready(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.emulator+readyPath, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", readyPath, response.Status)
	}
	return nil
}

func (f *front) stop() error { return errors.Join(f.server.Close(), f.log.Close()) }
