// Package hits notes which rules reported an error. Only the copies of the sources
// that tests/config/rules makes import it.
package hits

import (
	"fmt"
	"os"
	"sync"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// File is the environment variable with the path of the notes, one rule a line.
const File = "MLOPS_RULE_HITS"

var (
	mutex sync.Mutex
	noted = map[string]bool{}
)

// Of notes the rule if its outcome, a *field.Error or a field.ErrorList, is an
// error, and returns the outcome.
func Of[T any](rule string, outcome T) T {
	switch found := any(outcome).(type) {
	case *field.Error:
		note(rule)
	case field.ErrorList:
		if len(found) > 0 {
			note(rule)
		}
	}
	return outcome
}

// Grown notes the rule if checking it made the list longer.
func Grown(rule string, list *field.ErrorList, check func()) {
	before := len(*list)
	check()
	if len(*list) > before {
		note(rule)
	}
}

func note(rule string) {
	mutex.Lock()
	defer mutex.Unlock()
	if noted[rule] {
		return
	}
	noted[rule] = true
	file, err := os.OpenFile(os.Getenv(File), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if _, err := fmt.Fprintln(file, rule); err != nil {
		panic(err)
	}
}
