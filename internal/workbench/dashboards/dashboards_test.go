package dashboards_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/internal/workbench/dashboards"
)

// boardText is a small dashboard: a number, a graph, and a query that is wrong.
const boardText = `{"uid": "small", "title": "Small", "panels": [
	{"id": 1, "type": "stat", "title": "Pods", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4},
		"targets": [{"refId": "A", "expr": "pods{tenant=~\"$tenant\"}", "instant": true}]},
	{"id": 2, "type": "timeseries", "title": "Rate", "gridPos": {"x": 6, "y": 0, "w": 18, "h": 8},
		"targets": [{"refId": "A", "expr": "rate(requests[$__rate_interval])", "legendFormat": "{{tenant}}"}]},
	{"id": 3, "type": "stat", "title": "Wrong", "gridPos": {"x": 0, "y": 4, "w": 6, "h": 4},
		"targets": [{"refId": "A", "expr": "wrong", "instant": true}]}]}`

// now is the moment at which the page is drawn: 2026-11-20 08:00 UTC.
var now = time.UnixMilli(1795161600000).UTC()

// prometheus answers the queries of the small dashboard and notes them.
func prometheus(t *testing.T, asked *[]string) *httptest.Server {
	t.Helper()
	requests := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		requests <- strings.Join([]string{r.URL.Path, query.Get("query"), query.Get("time"), query.Get("start"), query.Get("end"), query.Get("step")}, "|")
		switch expr := query.Get("query"); {
		case strings.HasPrefix(expr, "pods"):
			_, _ = io.WriteString(w, `{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1795161600, "3"]}]}}`)
		case strings.HasPrefix(expr, "rate"):
			_, _ = io.WriteString(w, `{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"tenant": "tenant-a"},
				"values": [[1795160700, "1"], [1795161600, "2"]]}]}}`)
		case strings.HasPrefix(expr, "group"):
			_, _ = io.WriteString(w, `{"status": "success", "data": {"resultType": "vector", "result": [
				{"metric": {"tenant": "tenant-b"}, "value": [1795161600, "1"]}, {"metric": {"tenant": "tenant-a"}, "value": [1795161600, "1"]}]}}`)
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"status": "error", "error": "parse error: unexpected word"}`)
		}
	}))
	t.Cleanup(func() {
		server.Close()
		close(requests)
		for request := range requests {
			*asked = append(*asked, request)
		}
	})
	return server
}

// served is the page of the small dashboard.
func served(t *testing.T, prometheusURL string) *httptest.Server {
	t.Helper()
	client := fake.NewClientset(&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "small", Namespace: "monitoring", Labels: map[string]string{"grafana_dashboard": "1"}},
		Data:       map[string]string{"small.json": boardText},
	})
	boards, err := dashboards.Read(t.Context(), client)
	require.NoError(t, err)
	server := httptest.NewServer(dashboards.Server{
		Dashboards: boards, Prometheus: dashboards.Prometheus{URL: prometheusURL, Client: http.DefaultClient},
		Now: func() time.Time { return now },
	}.Handler())
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.Status[:3] + " " + response.Header.Get("Content-Type") + " " + strings.TrimSpace(string(text))
}

var written = regexp.MustCompile(`(?s)<text[^>]*>([^<]*)</text>`)

// texts are what a picture says, in the order in which it is drawn.
func texts(picture string) []string {
	var all []string
	for _, match := range written.FindAllStringSubmatch(picture, -1) {
		all = append(all, match[1])
	}
	return all
}

// drawn is what the picture of the small dashboard says. Two ones are written apart.
func drawn() []string {
	return []string{
		"Small", "2026-1", "1-20 07:45 to 2026-1", "1-20 08:00 UTC", "Pods", "3",
		"Rate", "Last", "Max", "Mean", "tenant-a", "2", "2", "1.5",
		"07:46", "07:48", "07:50", "07:52", "07:54", "07:56", "07:58", "08:00", "1", "1.2", "1.4", "1.6", "1.8", "2",
		"Wrong", "400 Bad Request: parse error: unexpected word",
	}
}

func TestPicture(t *testing.T) {
	t.Parallel()
	var asked []string
	t.Cleanup(func() {
		assert.ElementsMatch(t, []string{
			`/api/v1/query|pods{tenant=~"tenant-a"}|1795161600.000|||`,
			`/api/v1/query_range|rate(requests[2m])||1795160700.000|1795161600.000|15`,
			`/api/v1/query|wrong|1795161600.000|||`,
		}, asked)
	})
	page := served(t, prometheus(t, &asked).URL)
	got := get(t, page.URL+"/board?dashboard=small&tenant=tenant-a&minutes=15")
	assert.Regexp(t, `^200 image/svg\+xml <svg width="1400pt" height="\d+pt" viewBox="0 0 1400 \d+"`, got)
	assert.Equal(t, drawn(), texts(got))
}

func TestPage(t *testing.T) {
	t.Parallel()
	var asked []string
	page := served(t, prometheus(t, &asked).URL)
	got := get(t, page.URL+"/?tenant=tenant-b&minutes=60")
	assert.Regexp(t, `^200 text/html; charset=utf-8 <!doctype html>`, got)
	assert.Equal(t, []string{
		`<option value="small" selected>Small</option>`, `<option value="">All</option>`, `<option>tenant-a</option>`, `<option selected>tenant-b</option>`,
		`<option value="15">15 minutes</option>`, `<option value="30">30 minutes</option>`, `<option value="60" selected>60 minutes</option>`,
		`<option value="180">180 minutes</option>`,
	}, regexp.MustCompile(`<option.*?</option>`).FindAllString(got, -1))
}

func TestChoicesThatAreNone(t *testing.T) {
	t.Parallel()
	var asked []string
	page := served(t, prometheus(t, &asked).URL)
	t.Cleanup(func() { assert.Empty(t, asked, "nothing of it reaches Prometheus") })
	for query, want := range map[string]string{
		"dashboard=none":       `there is no dashboard "none"`,
		"tenant=a%22%7D+or+up": `"a\"} or up" is no name of a tenant`,
		"minutes=7":            `minutes "7": must be one of [15 30 60 180]`,
	} {
		assert.Equal(t, "400 text/plain; charset=utf-8 "+want, get(t, page.URL+"/board?"+query))
	}
}

// TestPrometheusIsGone is about a platform that has just ended.
func TestPrometheusIsGone(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	page := served(t, gone.URL)
	address := strings.TrimPrefix(gone.URL, "http://")
	got := texts(get(t, page.URL+"/board"))
	problem := "asking Prometheus: dial tcp " + address + ": connect: connection refused"
	assert.Equal(t, []string{"Small", "Pods", problem, "Rate", problem, "Wrong", problem}, joined(got, problem))
	assert.Contains(t, get(t, page.URL), `<span id="state">`+problem+`</span>`)
}

// joined puts lines together that are parts of one text.
func joined(lines []string, text string) []string {
	var all []string
	part := ""
	for _, line := range lines {
		part = strings.TrimSpace(part + " " + line)
		if part != text && strings.HasPrefix(text, part) {
			continue
		}
		all, part = append(all, part), ""
	}
	return all
}

func TestFill(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `rate(a{cluster=~".*", tenant=~"b", namespace=~"b"}[2m]) + c[10m:30s] $other`,
		dashboards.Fill(`rate(a{cluster=~"$cluster", tenant=~"${tenant:regex}", namespace=~"$namespace"}[$__rate_interval]) + c[$__range:$__interval] $other`, "b"))
}

// TestTheProgramsDashboards reads what the program hands to Grafana, and leaves no
// variable in a query.
func TestTheProgramsDashboards(t *testing.T) {
	t.Parallel()
	all, err := dashboard.All(dashboard.Options{GPU: true, Cost: true})
	require.NoError(t, err)
	client := fake.NewClientset()
	var want, got, titles []string
	for _, d := range all {
		want = append(want, d.UID)
		_, err := client.CoreV1().ConfigMaps("monitoring").Create(t.Context(), &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: d.UID, Labels: map[string]string{"grafana_dashboard": "1"}}, Data: map[string]string{d.FileName: d.JSON},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	boards, err := dashboards.Read(t.Context(), client)
	require.NoError(t, err)
	for _, board := range boards {
		got, titles = append(got, board.UID), append(titles, board.Title)
		for _, panel := range board.Panels {
			for _, target := range panel.Targets {
				assert.NotRegexp(t, `\$[a-zA-Z_{]`, dashboards.Fill(target.Expr, dashboards.EveryTenant), "%s: %s", board.UID, panel.Title)
			}
		}
	}
	assert.ElementsMatch(t, want, got)
	assert.Equal(t, dashboard.TenantsUID, got[0])
	assert.IsIncreasing(t, titles[1:])
}

func TestADashboardThatIsNone(t *testing.T) {
	t.Parallel()
	client := fake.NewClientset(&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "broken", Namespace: "monitoring", Labels: map[string]string{"grafana_dashboard": "1"}},
		Data:       map[string]string{"broken.json": "{"},
	})
	_, err := dashboards.Read(t.Context(), client)
	var syntax *json.SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.EqualError(t, err, fmt.Sprintf("ConfigMap broken: reading dashboard: %s", syntax))
}
