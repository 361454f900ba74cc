package dashboards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
)

// Prometheus is a server that answers queries.
type Prometheus struct {
	// URL is where its API begins, without "/api/v1".
	URL    string
	Client *http.Client
}

// reply is what Prometheus says to a query.
type reply struct {
	Status string `json:"status"`
	Error  string `json:"error"`
	Data   struct {
		Type   model.ValueType `json:"resultType"`
		Result json.RawMessage `json:"result"`
	} `json:"data"`
}

// Range evaluates an expression over some time until a moment.
func (p Prometheus) Range(ctx context.Context, expr string, until time.Time, over, step time.Duration) (model.Matrix, error) {
	var matrix model.Matrix
	err := p.get(ctx, "query_range", url.Values{
		"query": {expr}, "start": {seconds(until.Add(-over))}, "end": {seconds(until)}, "step": {strconv.FormatFloat(step.Seconds(), 'f', -1, 64)},
	}, model.ValMatrix, &matrix)
	return matrix, err
}

// Instant evaluates an expression at a moment; each series has one sample.
func (p Prometheus) Instant(ctx context.Context, expr string, at time.Time) (model.Matrix, error) {
	var vector model.Vector
	if err := p.get(ctx, "query", url.Values{"query": {expr}, "time": {seconds(at)}}, model.ValVector, &vector); err != nil {
		return nil, err
	}
	var matrix model.Matrix
	for _, sample := range vector {
		matrix = append(matrix, &model.SampleStream{
			Metric: sample.Metric, Values: []model.SamplePair{{Timestamp: sample.Timestamp, Value: sample.Value}},
		})
	}
	return matrix, nil
}

func seconds(at time.Time) string {
	return strconv.FormatFloat(float64(at.UnixMilli())/1000, 'f', 3, 64)
}

func (p Prometheus) get(ctx context.Context, path string, query url.Values, want model.ValueType, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/api/v1/"+path+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return err
	}
	response, err := p.Client.Do(request)
	if err != nil {
		return fmt.Errorf("asking Prometheus: %w", errors.Unwrap(err))
	}
	defer response.Body.Close()
	var answer reply
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("asking Prometheus: %s", response.Status)
	}
	switch {
	case answer.Status != "success":
		return fmt.Errorf("%s: %s", response.Status, answer.Error)
	case answer.Data.Type != want:
		return fmt.Errorf("the query gives a %s, not a %s", answer.Data.Type, want)
	}
	return json.Unmarshal(answer.Data.Result, into)
}
