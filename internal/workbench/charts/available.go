package charts

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// answersWithin is how long a repository of charts may be silent.
const answersWithin = 4 * time.Second

// Chart is where a release takes its chart from.
type Chart struct {
	// Name is its name in the repository, or its path without one.
	Name string
	// Repository is the address of the repository.
	Repository string
}

// Available says whether a chart can be had.
type Available func(context.Context, Chart) bool

// None is for where no chart is to be installed.
func None(context.Context, Chart) bool { return false }

// Reachable says whether a chart lies on disk or its repository answers.
func Reachable(ctx context.Context, chart Chart) bool {
	if chart.Repository == "" {
		return onDisk(chart.Name)
	}
	ctx, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(chart.Repository, "/")+"/index.yaml", http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// onDisk says whether a path is that of a chart, packed or not.
func onDisk(path string) bool {
	if !strings.HasSuffix(path, ".tgz") {
		path = filepath.Join(path, "Chart.yaml")
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// remember asks once for each chart, so that what was decided holds for the run.
func remember(available Available) Available {
	var mu sync.Mutex
	answers := map[Chart]func() bool{}
	return func(ctx context.Context, chart Chart) bool {
		mu.Lock()
		answer, known := answers[chart]
		if !known {
			answer = sync.OnceValue(func() bool { return available(ctx, chart) })
			answers[chart] = answer
		}
		mu.Unlock()
		return answer()
	}
}

func chartOf(inputs resource.PropertyMap) Chart {
	chart := Chart{Name: text(inputs, "chart")}
	if options := inputs["repositoryOpts"]; options.IsObject() {
		chart.Repository = text(options.ObjectValue(), "repo")
	}
	return chart
}
