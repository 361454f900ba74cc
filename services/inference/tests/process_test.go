// Package tests runs the built service as a process: how it ends, with which
// stores it works, and what it needs around it.
package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// binary is the service, built as for the image.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "inference-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	binary = filepath.Join(folder, "inference")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	return m.Run()
}

// service is a running one.
type service struct {
	command *exec.Cmd
	url     string
	exited  chan error

	mu  sync.Mutex
	log bytes.Buffer
}

// start runs the service with nothing in its environment but env.
func start(t *testing.T, env ...string) *service {
	t.Helper()
	return startCommand(t, exec.Command(binary), append([]string{"HOST=127.0.0.1", "PORT=0", "DRAIN_DELAY=300ms"}, env...))
}

func startCommand(t *testing.T, command *exec.Cmd, env []string) *service {
	t.Helper()
	s := &service{command: command, exited: make(chan error, 1)}
	command.Env = env
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	command.Stderr = command.Stdout
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() })
	address := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.read(output, address)
	}()
	go func() {
		<-read // Wait closes the pipe, so everything must be read before
		s.exited <- command.Wait()
	}()
	select {
	case found := <-address:
		s.url = "http://" + found
	case err := <-s.exited:
		require.NoError(t, err, "the service ended:\n%s", s.text())
	case <-time.After(20 * time.Second):
		require.Fail(t, "the service does not listen", s.text())
	}
	return s
}

func (s *service) read(output io.Reader, address chan<- string) {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			address <- line.Address
		}
		if line.Msg == "request" {
			continue // ten thousand of them
		}
		s.mu.Lock()
		fmt.Fprintln(&s.log, lines.Text())
		s.mu.Unlock()
	}
}

func (s *service) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// status returns the status of GET path, 0 when there is no answer.
func (s *service) status(path string) int {
	answer, err := http.Get(s.url + path)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

// version returns that of the model in use.
func (s *service) version(t *testing.T) string {
	t.Helper()
	answer, err := http.Get(s.url + "/")
	require.NoError(t, err)
	defer answer.Body.Close()
	var info struct{ Model struct{ Version string } }
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&info))
	return info.Model.Version
}

func (s *service) metrics(t *testing.T) string {
	t.Helper()
	answer, err := http.Get(s.url + "/metrics")
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(text)
}

func (s *service) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	require.NoError(t, s.command.Process.Signal(signal))
}

// ends waits until the service has ended by itself.
func (s *service) ends(t *testing.T) {
	t.Helper()
	select {
	case err := <-s.exited:
		require.NoError(t, err, s.text())
	case <-time.After(30 * time.Second):
		require.Fail(t, "the service does not end", s.text())
	}
}

// train runs the command of the training job and returns what it printed.
func train(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, append([]string{"train"}, args...)...)
	command.Env = env
	output, err := command.CombinedOutput()
	return string(output), err
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 20*time.Second, 20*time.Millisecond, what)
}

func TestEveryErrorOfTheSettingsAtOnce(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), binary, "--drain-delay=-1s")
	command.Env = []string{"PORT=80", "MODEL_URI=https://example.com/model", "MODEL_REFRESH=soon", "LOG_LEVEL=loud", "MAX_BODY_BYTES=1", "FAULTS=maybe"}
	output, err := command.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, `inference: 7 errors:
  DRAIN_DELAY: Invalid value: "-1s": must be from 0s to 1h
  FAULTS: Invalid value: "maybe": must be true or false
  LOG_LEVEL: Unsupported value: "loud": supported values: "debug", "info", "warn", "error"
  MAX_BODY_BYTES: Invalid value: 1: must be from 1024 (1 KiB) to 1073741824 (1 GiB)
  MODEL_REFRESH: Invalid value: "soon": must be a duration such as "30s"
  MODEL_URI: Invalid value: "https://example.com/model": must begin with s3:// or file:///
  PORT: Invalid value: 80: must be 0 or from 1024 to 65535: containers do not run as root
`, string(output))
}

func TestTrainRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	output, err := train(t, nil, "--holdout=1", "--minimum-accuracy=2", "--seed=x")
	require.Error(t, err)
	require.Contains(t, output, `invalid argument "x" for "--seed"`)
	output, err = train(t, []string{"HOLDOUT=1", "MINIMUM_ACCURACY=2", "SEED=x", "RAW_URI=raw"})
	require.Error(t, err)
	for _, line := range []string{"5 errors", "HOLDOUT: Invalid value: 1:", "MINIMUM_ACCURACY: Invalid value: 2:",
		`SEED: Invalid value: "x": must be a number`, "RAW_URI: Invalid value", "MODEL_OUTPUT_URI: Required value"} {
		require.Contains(t, output, line)
	}
	output, err = train(t, nil, "--output="+folder, "--minimum-accuracy=0.999")
	require.Error(t, err)
	require.Contains(t, output, "must be at least 0.999; nothing was published")
	output, err = train(t, nil, "--output="+folder, "--data="+filepath.Join(folder, "none.csv"))
	require.Error(t, err)
	require.Contains(t, output, "none.csv: not found")
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, "rejected", entries[0].Name(), "nothing may be published")
}

// post sends one prediction.
func post(client *http.Client, url string) (code int, version string, err error) {
	answer, err := client.Post(url+"/predict", "application/json", strings.NewReader(`{"text":"excellent and friendly service"}`))
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	var body struct {
		Prediction   string `json:"prediction"`
		ModelVersion string `json:"model_version"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		return 0, "", err
	}
	if answer.StatusCode == http.StatusOK && body.Prediction != "positive" {
		return 0, "", fmt.Errorf("wrong prediction %q", body.Prediction)
	}
	return answer.StatusCode, body.ModelVersion, nil
}
