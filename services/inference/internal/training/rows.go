package training

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// maxDescribed is how many bad rows are described; the rest is counted.
const maxDescribed = 20

// quoting is the rule of RFC 4180 that a line breaks which is no CSV.
const quoting = "a field with quotes must have quotes around it, and its own twice"

// RowsError lists the rows of a table that cannot be used.
type RowsError struct {
	// Described are the first bad rows, each with its line.
	Described []string
	// Count is how many there are in all.
	Count int
}

// Error has one line for each bad row it describes.
func (e *RowsError) Error() string {
	text := fmt.Sprintf("%d bad rows:\n  %s", e.Count, strings.Join(e.Described, "\n  "))
	if more := e.Count - len(e.Described); more > 0 {
		text += fmt.Sprintf("\n  and %d more", more)
	}
	return text
}

func (e *RowsError) add(line int, format string, args ...any) {
	e.Count++
	if len(e.Described) < maxDescribed {
		e.Described = append(e.Described, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
	}
}

// eachRow calls use for every row of a CSV table of a kind and returns the
// Trainer that its header asks for. It holds one row at a time and reads to the
// end, so that all bad rows are reported at once.
func eachRow(kind model.Kind, table io.Reader, use func(model.Trainer, model.Example) error) (model.Trainer, error) {
	reader := csv.NewReader(withoutMark(table))
	reader.ReuseRecord = true
	reader.FieldsPerRecord = -1
	trainer, err := readHeader(kind, reader)
	if err != nil {
		return nil, err
	}
	bad := &RowsError{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			bad.add(syntax.StartLine, "%v: %s", syntax.Err, quoting)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the table: %w", err)
		}
		line, _ := reader.FieldPos(0)
		if !isUTF8(record) {
			bad.add(line, "must be UTF-8")
			continue
		}
		example, problem := trainer.Example(record)
		if problem != "" {
			bad.add(line, "%s", problem)
			continue
		}
		if err := use(trainer, example); err != nil {
			return nil, err
		}
	}
	if bad.Count > 0 {
		return nil, bad
	}
	return trainer, nil
}

// isUTF8 says whether a row is: what a request could not ask is not learned.
func isUTF8(record []string) bool {
	return !slices.ContainsFunc(record, func(text string) bool { return !utf8.ValidString(text) })
}

// withoutMark passes the byte order mark that spreadsheets write before the first line.
// The reader of CSV takes it for a part of the first name, and a quotation mark behind
// it for a mistake.
func withoutMark(table io.Reader) io.Reader {
	const mark = "\ufeff"
	buffered := bufio.NewReader(table)
	// What cannot be read now is reported by the next one who tries.
	if start, _ := buffered.Peek(len(mark)); string(start) == mark {
		_, _ = buffered.Discard(len(mark))
	}
	return buffered
}

func readHeader(kind model.Kind, reader *csv.Reader) (model.Trainer, error) {
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the table is empty: must have a header of %s and a row for each example", kind.Header())
	}
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return nil, fmt.Errorf("line %d: the header: %w: %s", syntax.StartLine, syntax.Err, quoting)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	if !isUTF8(header) {
		return nil, errors.New("line 1: must be UTF-8: export the table once more, in a spreadsheet as CSV UTF-8")
	}
	trainer, err := kind.NewTrainer(header)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	return trainer, nil
}
