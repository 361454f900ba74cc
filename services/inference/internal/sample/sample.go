// Package sample holds the labelled texts a model is trained from when no other
// is configured: short English sentences, written for this repository.
package sample

import (
	"bytes"
	_ "embed" // for the table
	"io"
)

//go:embed sample.csv
var table []byte

// Reader returns the table: CSV with the header text,label.
func Reader() io.Reader { return bytes.NewReader(table) }
