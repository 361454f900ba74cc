package dashboards

import (
	"bytes"
	"context"
	_ "embed" // for the page below
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// drawLimit bounds how long the queries of a dashboard may take.
const drawLimit = 20 * time.Second

// minutes are the times that can be shown; the first is the default.
func minutes() []int { return []int{15, 30, 60, 180} }

// Server answers with the page and its pictures.
type Server struct {
	// Dashboards are those to choose from; at least one.
	Dashboards []Dashboard
	// Prometheus answers their queries.
	Prometheus Prometheus
	// Now tells the time; time.Now by default.
	Now func() time.Time
}

// Handler returns the page at "/" and the pictures at "/board".
func (s Server) Handler() http.Handler {
	if s.Now == nil {
		s.Now = time.Now
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /board", s.board)
	return mux
}

// choice is what somebody wants to see.
type choice struct {
	Dashboard Dashboard
	Tenant    string
	Minutes   int
}

// tenantName is what a tenant may be called; everything else could be a piece of a query.
var tenantName = regexp.MustCompile(`^[a-z0-9-]+$`)

func (s Server) choice(r *http.Request) (choice, error) {
	query := r.URL.Query()
	chosen := choice{Dashboard: s.Dashboards[0], Tenant: query.Get("tenant"), Minutes: minutes()[0]}
	if uid := query.Get("dashboard"); uid != "" {
		at := slices.IndexFunc(s.Dashboards, func(d Dashboard) bool { return d.UID == uid })
		if at < 0 {
			return choice{}, fmt.Errorf("there is no dashboard %q", uid)
		}
		chosen.Dashboard = s.Dashboards[at]
	}
	if chosen.Tenant != "" && !tenantName.MatchString(chosen.Tenant) {
		return choice{}, fmt.Errorf("%q is no name of a tenant", chosen.Tenant)
	}
	if text := query.Get("minutes"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(minutes(), number) {
			return choice{}, fmt.Errorf("minutes %q: must be one of %v", text, minutes())
		}
		chosen.Minutes = number
	}
	return chosen, nil
}

func (s Server) page(w http.ResponseWriter, r *http.Request) {
	chosen, err := s.choice(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	tenants, problem := s.tenants(r.Context())
	var filled bytes.Buffer
	err = page.Execute(&filled, map[string]any{
		"Chosen": chosen, "Dashboards": s.Dashboards, "Tenants": tenants, "Minutes": minutes(), "Problem": problem,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(filled.Bytes()) // the reader may have gone
}

// tenants are those that Prometheus knows, or what keeps it from telling.
func (s Server) tenants(ctx context.Context) (names []string, problem string) {
	ctx, cancel := context.WithTimeout(ctx, drawLimit)
	defer cancel()
	known, err := s.Prometheus.Instant(ctx, fmt.Sprintf("group by (%s) (%s)", metrics.LabelTenant, metrics.TenantOfNamespace), s.Now())
	if err != nil {
		return nil, err.Error()
	}
	for _, series := range known {
		names = append(names, string(series.Metric[metrics.LabelTenant]))
	}
	slices.Sort(names)
	return names, ""
}

func (s Server) board(w http.ResponseWriter, r *http.Request) {
	chosen, err := s.choice(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	tenant := chosen.Tenant
	if tenant == "" {
		tenant = EveryTenant
	}
	ctx, cancel := context.WithTimeout(r.Context(), drawLimit)
	defer cancel()
	var drawn bytes.Buffer
	if err := chosen.Dashboard.draw(ctx, &drawn, s.Prometheus, tenant, s.Now(), time.Duration(chosen.Minutes)*time.Minute); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write(drawn.Bytes()) // the reader may have gone
}
