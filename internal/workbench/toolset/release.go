package toolset

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

const (
	// answersWithin is how long the host of the releases may be silent: behind a
	// firewall, building at once is quicker than waiting.
	answersWithin = 4 * time.Second
	// fetchedWithin is how long a download may take before building is quicker.
	fetchedWithin = 2 * time.Minute
	// largestProgram bounds what is unpacked, in bytes.
	largestProgram = 1 << 30
)

// release is a program as its makers publish it for this system.
type release struct {
	// label names it in a sentence, version has a leading "v".
	label, version string
	// host is the address that archive and sums are below.
	host string
	// archive is the packed program, sums the file with its SHA-256.
	archive, sums string
	// program is its path in the archive.
	program string
}

// fetchRelease puts a program into root/bin, and tells whether it could.
func (s *Set) fetchRelease(ctx context.Context, r release, root string) bool {
	err := install(root, func(temporary string) error {
		file := filepath.Join(temporary, "bin", path.Base(r.program))
		if err := os.Mkdir(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return s.fetch(ctx, r, file)
	})
	if err != nil && ctx.Err() == nil {
		s.Report("The release of %s cannot be had: %v", r.label, err)
	}
	return err == nil
}

// fetch fetches a release, compares it with its checksum and writes its program to
// a file.
func (s *Set) fetch(ctx context.Context, r release, file string) error {
	if !slices.Contains(releasedFor, runtime.GOOS+"/"+runtime.GOARCH) {
		return fmt.Errorf("there is no release for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	want, err := r.sum(ctx)
	if err != nil {
		return err
	}
	s.Report("Fetching %s %s from %s. This happens once.", r.label, r.version, r.host)
	ctx, cancel := context.WithTimeout(ctx, fetchedWithin)
	defer cancel()
	packed, err := os.CreateTemp(filepath.Dir(file), "release-")
	if err != nil {
		return err
	}
	defer func() { _, _ = packed.Close(), os.Remove(packed.Name()) }()
	body, err := get(ctx, r.host+"/"+r.archive)
	if err != nil {
		return err
	}
	defer body.Close()
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(packed, sum), body); err != nil {
		return fmt.Errorf("reading %s: %w", r.archive, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("%s has the checksum %s, the release says %s", r.archive, got, want)
	}
	if _, err := packed.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return unpack(packed, r.program, file)
}

// releasedFor are the systems that Pulumi publishes programs for and this code runs on.
var releasedFor = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"}

// sum is the SHA-256 of the archive as the release publishes it. Its answer also
// shows whether the host can be reached at all.
func (r release) sum(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	body, err := get(ctx, r.host+"/"+r.sums)
	if err != nil {
		return "", err
	}
	defer body.Close()
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) == 2 && fields[1] == r.archive {
			return fields[0], nil
		}
	}
	return "", errors.Join(fmt.Errorf("%s does not name %s", r.sums, r.archive), lines.Err())
}

func get(ctx context.Context, url string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s answers %s", url, response.Status), response.Body.Close())
	}
	return response.Body, nil
}

// unpack writes one file of a packed archive as an executable.
func unpack(packed io.Reader, name, file string) error {
	plain, err := gzip.NewReader(packed)
	if err != nil {
		return err
	}
	archive := tar.NewReader(plain)
	for {
		entry, err := archive.Next()
		if err != nil {
			return fmt.Errorf("looking for %s in the archive: %w", name, err)
		}
		if strings.TrimPrefix(entry.Name, "./") != name {
			continue
		}
		program, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
		if err != nil {
			return err
		}
		_, err = io.Copy(program, io.LimitReader(archive, largestProgram))
		return errors.Join(err, program.Close())
	}
}
