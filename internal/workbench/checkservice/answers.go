package checkservice

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

const (
	// atOnce is how many requests are made at the same time: more than a server that
	// answers one after another keeps waiting.
	atOnce = 16
	// readLimit is how much of an answer is read: the metrics of a replica are smaller.
	readLimit = 16 << 20
	// pause is how long is waited before something is asked again.
	pause = 50 * time.Millisecond
	// probeLimit is how long a probe waits for its answer.
	probeLimit = spec.ProbeSeconds * time.Second
)

// do makes a request and returns the status and the body of the answer.
func (s *subject) do(ctx context.Context, method, path string, body io.Reader, header http.Header) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.options.URL+path, body)
	if err != nil {
		return 0, nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, readLimit))
	return answer.StatusCode, text, err
}

// get is a request as a probe makes it.
func (s *subject) get(ctx context.Context, path string) (int, []byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeLimit, fmt.Errorf("GET %s took longer than %s", path, probeLimit))
	defer cancel()
	code, text, err := s.do(ctx, http.MethodGet, path, nil, nil)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return code, text, err
}

// prediction asks for one, which must be answered 200, and returns the answer.
func (s *subject) prediction(ctx context.Context, header http.Header) ([]byte, error) {
	code, text, err := s.do(ctx, http.MethodPost, spec.PredictPath, bytes.NewReader(s.options.Request), header)
	return text, wants(http.StatusOK, spec.PredictPath, code, text, err)
}

// ask is prediction for those who do not read the answer.
func (s *subject) ask(ctx context.Context) error {
	_, err := s.prediction(ctx, nil)
	return err
}

// wants reports an answer with another status.
func wants(want int, path string, code int, text []byte, err error) error {
	if err == nil && code != want {
		err = fmt.Errorf("%s answered %d: %s", path, code, beginning(text))
	}
	return err
}

// beginning is the start of an answer, on one line.
func beginning(text []byte) string {
	line := strings.Join(strings.Fields(string(text)), " ")
	return strings.ToValidUTF8(line[:min(len(line), 64)], "")
}

func (s *subject) health(ctx context.Context) error { return s.becomes(ctx, spec.HealthPath) }

func (s *subject) ready(ctx context.Context) error { return s.becomes(ctx, spec.ReadyPath) }

// becomes asks until a path answers 200; what answers 503 may yet.
func (s *subject) becomes(ctx context.Context, path string) error {
	for {
		code, text, err := s.get(ctx, path)
		err = wants(http.StatusOK, path, code, text, err)
		if code != http.StatusServiceUnavailable || time.Since(s.begin) > s.options.Startup {
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
}

// wait is until something is asked again, or why it is not.
func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(pause):
		return nil
	}
}

func (s *subject) predict(ctx context.Context) error {
	text, err := s.prediction(ctx, nil)
	if err != nil {
		return err
	}
	var object map[string]any
	if json.Unmarshal(text, &object) != nil || object == nil {
		return fmt.Errorf("%s answered no JSON object: %s", spec.PredictPath, beginning(text))
	}
	return nil
}

func (s *subject) badInput(ctx context.Context) error {
	for name, body := range map[string]string{"no JSON": `{"text": `, "an empty body": ""} {
		code, text, err := s.do(ctx, http.MethodPost, spec.PredictPath, strings.NewReader(body), nil)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if code < 400 || code > 499 {
			return fmt.Errorf("%s was answered %d: %s", name, code, beginning(text))
		}
	}
	return nil
}

// bodyLimit sends the request behind more spaces than may be read, which a server
// without a bound would answer. The size is told beforehand, so that the server may
// refuse without reading.
func (s *subject) bodyLimit(ctx context.Context) error {
	size := s.options.MaxBody + 1
	padding := strings.Repeat(" ", int(size)-len(s.options.Request))
	code, text, err := s.do(ctx, http.MethodPost, spec.PredictPath, strings.NewReader(padding+string(s.options.Request)),
		http.Header{"Expect": {"100-continue"}})
	if err := wants(http.StatusRequestEntityTooLarge, spec.PredictPath, code, text, err); err != nil {
		return fmt.Errorf("a body of %d bytes: %w", size, err)
	}
	if err := s.ask(ctx); err != nil {
		return fmt.Errorf("after a body of %d bytes: %w", size, err)
	}
	return nil
}

func (s *subject) concurrency(ctx context.Context) error {
	failures := make([]error, atOnce)
	var asked sync.WaitGroup
	for i := range failures {
		asked.Go(func() { failures[i] = s.ask(ctx) })
	}
	asked.Wait()
	failures = slices.DeleteFunc(failures, func(err error) bool { return err == nil })
	if len(failures) > 0 {
		return fmt.Errorf("%d of %d requests at once failed: %w", len(failures), atOnce, failures[0])
	}
	return nil
}

// slowClient asks for what a probe asks while half of a request is sent.
func (s *subject) slowClient(ctx context.Context) error {
	slow, err := s.slowly(ctx)
	if err != nil {
		return err
	}
	// Whatever status: a server that has no such path fails its own check.
	_, _, err = s.get(ctx, spec.HealthPath)
	if err != nil {
		err = fmt.Errorf("while a caller sent half of its body: %w", err)
	}
	return errors.Join(err, slow.finish())
}

// slow is a request of which half is sent.
type slow struct {
	connection net.Conn
	rest       []byte
}

// slowly sends half of a request, on a connection of its own: clients of HTTP keep it
// back until they have all of it.
func (s *subject) slowly(ctx context.Context) (*slow, error) {
	dialer := &net.Dialer{Timeout: probeLimit}
	connection, err := dialer.DialContext(ctx, "tcp", s.address)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(s.options.URL, "https:") {
		host, _, _ := net.SplitHostPort(s.address) // newSubject made it
		connection = tls.Client(connection, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
	}
	body := s.options.Request
	half := len(body) / 2
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		spec.PredictPath, s.address, len(body), body[:half])
	if err != nil {
		return nil, errors.Join(err, connection.Close())
	}
	time.Sleep(pause) // for the server to have taken it
	return &slow{connection: connection, rest: body[half:]}, nil
}

// finish sends the rest and reports a request that was not answered.
func (r *slow) finish() error {
	defer r.connection.Close()
	err := r.connection.SetDeadline(time.Now().Add(answerLimit))
	if err == nil {
		_, err = r.connection.Write(r.rest)
	}
	if err != nil {
		return fmt.Errorf("a request that was sent slowly: %w", err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(r.connection), nil)
	if err != nil {
		return fmt.Errorf("a request that was sent slowly: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, readLimit))
	if err := wants(http.StatusOK, spec.PredictPath, answer.StatusCode, text, err); err != nil {
		return fmt.Errorf("a request that was sent slowly: %w", err)
	}
	return nil
}

func (s *subject) keepAlive(ctx context.Context) error {
	s.client.CloseIdleConnections()
	reused := false
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
	for range 2 {
		if err := s.ask(httptrace.WithClientTrace(ctx, trace)); err != nil {
			return err
		}
	}
	if !reused {
		return errors.New("the connection was closed after one answer")
	}
	return nil
}
