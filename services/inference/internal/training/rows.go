package training

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

const (
	// maxFaults is how many bad rows are described; the rest is counted.
	maxFaults = 20
	// MaxTextBytes is the longest text a row may have: 64 KiB, the default of what
	// the service accepts in a request.
	MaxTextBytes = 64 << 10
)

// header is the first line of every table.
var header = []string{"text", "label"}

// RowsError lists the rows of a table that cannot be used.
type RowsError struct {
	// Faults describe the first bad rows, each with its line.
	Faults []string
	// Count is how many there are in all.
	Count int
}

// Error has one line for each fault.
func (e *RowsError) Error() string {
	text := fmt.Sprintf("%d bad rows:\n  %s", e.Count, strings.Join(e.Faults, "\n  "))
	if more := e.Count - len(e.Faults); more > 0 {
		text += fmt.Sprintf("\n  and %d more", more)
	}
	return text
}

func (e *RowsError) add(line int, format string, args ...any) {
	e.Count++
	if len(e.Faults) < maxFaults {
		e.Faults = append(e.Faults, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
	}
}

// eachRow calls use for every row of a CSV table with the header text,label. It
// holds one row at a time and reads to the end, so that all bad rows are reported
// at once.
func eachRow(table io.Reader, use func(text, label string) error) error {
	reader := csv.NewReader(table)
	reader.ReuseRecord = true
	reader.FieldsPerRecord = -1
	first, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the table is empty: want the header text,label and a row for each text")
	}
	if err != nil {
		return fmt.Errorf("reading the header: %w", err)
	}
	first[0] = strings.TrimPrefix(first[0], "\ufeff")
	if !slices.Equal(first, header) {
		return fmt.Errorf("line 1: the header is %q: must be %q", strings.Join(first, ","), strings.Join(header, ","))
	}
	faults := &RowsError{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			faults.add(syntax.StartLine, "%v", syntax.Err)
			continue
		}
		if err != nil {
			return fmt.Errorf("reading the table: %w", err)
		}
		line, _ := reader.FieldPos(0)
		if fault := checkRow(record); fault != "" {
			faults.add(line, "%s", fault)
			continue
		}
		if err := use(record[0], record[1]); err != nil {
			return err
		}
	}
	if faults.Count > 0 {
		return faults
	}
	return nil
}

func checkRow(record []string) string {
	switch {
	case len(record) != len(header):
		return fmt.Sprintf("%d fields: must be %d; put quotes around a text with commas", len(record), len(header))
	case strings.TrimSpace(record[0]) == "":
		return "text: must not be empty"
	case len(record[0]) > MaxTextBytes:
		return fmt.Sprintf("text: %d bytes: must be at most %d", len(record[0]), MaxTextBytes)
	case !slices.Contains(sentiment.Classes(), record[1]):
		return fmt.Sprintf("label %q: must be one of %s", record[1], strings.Join(sentiment.Classes(), ", "))
	default:
		return ""
	}
}
