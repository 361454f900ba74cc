package server

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

const requestIDHeader = "X-Request-Id"

// exchange is a request under way: it writes the answer and keeps what metrics, log
// and trace say about it afterwards. Its place serves the next request when it has
// ended.
type exchange struct {
	http.ResponseWriter
	// id is the id of the request.
	id string
	// begin is when it came.
	begin time.Time
	// status and written are those of the answer; status is 0 before there is one.
	status  int
	written int64
	// model is the version of the model that answered.
	model string
	// failure is the code of an answer that is not 200.
	failure string
	// response is the answer to a prediction.
	response Response
	// line is what the log says.
	line [lineLength]slog.Attr
}

// begin gives a request its id, in the answer and in the log.
func begin(w http.ResponseWriter, r *http.Request) *exchange {
	x, ok := exchanges.Get().(*exchange)
	if !ok {
		x = &exchange{}
	}
	x.ResponseWriter, x.id, x.begin = w, r.Header.Get(requestIDHeader), time.Now()
	if !isRequestID(x.id) {
		x.id = rand.Text()
	}
	w.Header()[requestIDHeader] = []string{x.id}
	return x
}

// exchanges have ended.
var exchanges sync.Pool

// end gives the place of a request back. Nobody may use it any more.
func (x *exchange) end() {
	*x = exchange{}
	exchanges.Put(x)
}

// isRequestID says whether a client may call its request this: up to 64 letters,
// digits and ._-. Anything else is replaced, so that nobody writes lines of their own
// into the log.
func isRequestID(id string) bool {
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("._-", c) < 0:
			return false
		}
	}
	return id != "" && len(id) <= 64
}

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(data []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	n, err := x.ResponseWriter.Write(data)
	x.written += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }
