package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// patience is how long a first connection may take to be let in: policies learn of
// a new pod a moment after it has started.
const patience = 30 * time.Second

// settling is how long a new pod may be open: until policies know of it, none holds
// it back (aws/aws-network-policy-agent #345 has the same on EKS).
const settling = 5 * time.Second

// dialAll tries every address at the same time and prints in their order.
func dialAll(args []string) {
	time.Sleep(settling)
	found := make([]string, len(args))
	var all sync.WaitGroup
	for i, argument := range args {
		all.Go(func() {
			name, address, _ := strings.Cut(argument, "=")
			limit := time.Now()
			if name == "own" {
				limit = limit.Add(patience)
			}
			found[i] = name + " " + dial(address, limit)
		})
	}
	all.Wait()
	fmt.Println(strings.Join(found, "\n"))
}

// dial says whether a connection comes about before the limit, or at the first try.
func dial(address string, limit time.Time) string {
	for {
		connection, err := net.DialTimeout("tcp", address, 3*time.Second)
		if err == nil {
			_ = connection.Close() // it was only tried
			return "open"
		}
		if time.Now().After(limit) {
			return "closed"
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// await returns when policies let this pod reach the host of a URL, or never will.
func await(address string) {
	if location, err := url.Parse(address); err == nil {
		dial(location.Host, time.Now().Add(patience))
	}
}

func post(url, body string) {
	for limit := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		response, err := http.Post(url, "application/json", strings.NewReader(body))
		if err == nil {
			text, _ := io.ReadAll(response.Body) // what there is of it is shown
			_ = response.Body.Close()
			fmt.Println(response.StatusCode, string(text))
			return
		}
		if time.Now().After(limit) {
			fmt.Println(err)
			return
		}
	}
}
