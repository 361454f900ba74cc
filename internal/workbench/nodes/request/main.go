// Command request asks for the addresses that are its arguments and writes a line for
// each: what was answered, or what kept it from being. The first one is asked until
// it answers, for a while: no policy lets a pod out before the nodes have heard of it.
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// limit bounds how long one answer may take: packets that a policy drops are never
// answered.
const limit = 5 * time.Second

// patience is how long the first address may take to answer.
const patience = 20 * time.Second

func main() {
	client := &http.Client{Timeout: limit}
	wait := patience
	for _, address := range os.Args[1:] {
		fmt.Fprintln(os.Stdout, line(client, address, wait))
		wait = 0
	}
}

// line is what came of asking for an address, again and again for as long as wait.
func line(client *http.Client, address string, wait time.Duration) string {
	began := time.Now()
	text, err := ask(client, address)
	for err != nil && time.Since(began) < wait {
		time.Sleep(wait / 20)
		text, err = ask(client, address)
	}
	if err != nil {
		text = "error: " + err.Error()
	}
	return strings.ReplaceAll(text, "\n", " ")
}

func ask(client *http.Client, address string) (string, error) {
	response, err := client.Get(address)
	if failure := (*url.Error)(nil); errors.As(err, &failure) {
		return "", failure.Err
	}
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.Status + " " + strings.TrimSpace(string(body)), err
}
