package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// texts are what the users of tenants ask.
var texts = []string{
	"This product is amazing!", "I want my money back", "The support answered within a minute", "It broke on the second day",
	"Exactly what I was looking for", "Never again", "The colours are lovely", "Delivery took three weeks and nobody knew why",
}

// Load asks every serving pod of every tenant for predictions, a few times a
// second, until the test ends. One request in twenty is a bad one.
func (s *Harness) Load(t testing.TB) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() { cancel(); running.Wait() })
	for worker := range 4 {
		running.Add(1)
		go func() {
			defer running.Done()
			for number := worker; ctx.Err() == nil; number++ {
				s.Kubelet.mu.Lock()
				pods := make([]*Pod, 0, len(s.Kubelet.pods))
				for _, pod := range s.Kubelet.pods {
					pods = append(pods, pod)
				}
				s.Kubelet.mu.Unlock()
				for _, pod := range pods {
					running.Add(1)
					go func() {
						defer running.Done()
						ask(ctx, pod, number)
					}()
				}
				time.Sleep(200 * time.Millisecond)
			}
		}()
	}
}

// patient waits as long as the slowest answer of a test takes.
var patient = &http.Client{Timeout: 20 * time.Second}

func ask(ctx context.Context, pod *Pod, number int) {
	body := fmt.Sprintf(`{"text":%q}`, texts[number%len(texts)])
	if number%20 == 0 {
		body = `{"words":"none"}`
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, pod.URL()+"/predict", strings.NewReader(body))
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := patient.Do(request)
	if err != nil {
		return // a pod that is being restarted, which is what some tests are about
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
}
