package training

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// maxDescribed is how many bad rows are described; the rest is counted.
const maxDescribed = 20

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
	reader := csv.NewReader(table)
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
			bad.add(syntax.StartLine, "%v", syntax.Err)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the table: %w", err)
		}
		line, _ := reader.FieldPos(0)
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

func readHeader(kind model.Kind, reader *csv.Reader) (model.Trainer, error) {
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the table is empty: want a header of %s and a row for each example", kind.Header())
	}
	if err != nil {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	trainer, err := kind.NewTrainer(header)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	return trainer, nil
}
