package server

import (
	"bytes"
	"sync"
)

// largest is the size in bytes of the largest buffer that is kept for the next
// request. One that a rare long text has made larger is given back.
const largest = 64 << 10

// buffers hold bodies and answers, one at a time.
var buffers = &pool{}

type pool struct{ pool sync.Pool }

// Get returns an empty buffer. Put takes it back.
func (p *pool) Get() *bytes.Buffer {
	if buffer, ok := p.pool.Get().(*bytes.Buffer); ok {
		return buffer
	}
	return &bytes.Buffer{}
}

// Put takes a buffer that nobody reads any more.
func (p *pool) Put(buffer *bytes.Buffer) {
	if buffer.Cap() > largest {
		return
	}
	buffer.Reset()
	p.pool.Put(buffer)
}
