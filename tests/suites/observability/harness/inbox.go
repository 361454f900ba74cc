package harness

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// Notification is one alert that Alertmanager has told of.
type Notification struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// Inbox is a receiver on this machine: a webhook, and Slack's.
type Inbox struct {
	url string

	mu       sync.Mutex
	received []Notification
	slack    []string
}

func newInbox(t testing.TB) *Inbox {
	t.Helper()
	inbox := &Inbox{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhook", func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			Alerts []Notification `json:"alerts"`
		}
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		inbox.mu.Lock()
		defer inbox.mu.Unlock()
		inbox.received = append(inbox.received, message.Alerts...)
	})
	mux.HandleFunc("POST /slack", func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			Attachments []struct{ Title, Text string }
		}
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		inbox.mu.Lock()
		defer inbox.mu.Unlock()
		for _, attachment := range message.Attachments {
			inbox.slack = append(inbox.slack, attachment.Title+"\n"+attachment.Text)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	inbox.url = server.URL
	return inbox
}

// Received are all notifications until now, oldest first.
func (i *Inbox) Received() []Notification {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.received)
}

// Slack are the messages to Slack, title and text.
func (i *Inbox) Slack() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.slack)
}
