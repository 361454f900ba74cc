package dashboards_test

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser is a Chromium; without one the test is skipped, and fails in CI.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no Chromium is installed")
	}
	t.Skip("SKIPPED: no Chromium is installed")
	return ""
}

// look runs the page in a browser and returns what it has become.
func look(t *testing.T, url string, more ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), browser(t), append(more, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--window-size=1440,900", "--virtual-time-budget=5000", "--dump-dom", url)...)
	output, err := cmd.Output()
	require.NoError(t, err)
	return string(output)
}

// TestBrowser sees the page draw what an httptest Prometheus says, by itself.
func TestBrowser(t *testing.T) {
	t.Parallel()
	var asked []string
	page := served(t, prometheus(t, &asked).URL)
	dom := look(t, page.URL+"/?tenant=tenant-a")
	got := texts(dom)
	for i, text := range got {
		got[i] = html.UnescapeString(text)
	}
	assert.Equal(t, drawn(), got)
	assert.Regexp(t, `<span id="state" class="">as of [^<]+</span>`, dom)
}

// TestBrowserSaysWhatIsWrong ends the server behind a page that is open.
func TestBrowserSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	var asked []string
	page := served(t, prometheus(t, &asked).URL)
	file := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(file, []byte(get(t, page.URL)[len("200 text/html; charset=utf-8 "):]), 0o600))
	page.Close()
	assert.Regexp(t, `<span id="state" class="late">[^<]*[Ff]etch[^<]*</span>`, look(t, "file://"+file))
}
