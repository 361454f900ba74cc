// Package corpus reads the stack and tenant files that are wrong, each with the
// error that its user must see. An archive holds one topic in the form of
// golang.org/x/tools/txtar; the name of a file is its case and the name it is
// loaded by, and the case's error stands in its file "want":
//
//	-- region/Pulumi.test.yaml --
//	config: ...
//	-- region/want --
//	Pulumi.test.yaml: aws.region: Invalid value: ...
package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// wantFile holds the error of a case.
const wantFile = "want"

// Case is a file that a user may write, and the error it leads to.
type Case struct {
	// Name says what is wrong; it is unique within its topic.
	Name string
	// Files are the files of the user, by the names they are loaded by.
	Files map[string]string
	// Want is the exact error.
	Want string
}

// Topic is the cases of one archive.
type Topic struct {
	Name  string
	Cases []*Case

	path    string
	archive *txtar.Archive
}

// Read returns the topics of a folder.
func Read(folder string) ([]*Topic, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no archive in %s", folder)
	}
	var topics []*Topic
	for _, path := range paths {
		topic, err := readTopic(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		topics = append(topics, topic)
	}
	return topics, nil
}

func readTopic(path string) (*Topic, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	topic := &Topic{Name: strings.TrimSuffix(filepath.Base(path), ".txtar"), path: path, archive: archive}
	byName := map[string]*Case{}
	for _, file := range archive.Files {
		name, inside, found := strings.Cut(file.Name, "/")
		if !found {
			return nil, fmt.Errorf("%s: the name must be <case>/<file>", file.Name)
		}
		c := byName[name]
		if c == nil {
			c = &Case{Name: name, Files: map[string]string{}}
			byName[name] = c
			topic.Cases = append(topic.Cases, c)
		}
		if inside == wantFile {
			c.Want = strings.TrimSpace(string(file.Data))
			continue
		}
		if _, twice := c.Files[inside]; twice {
			return nil, fmt.Errorf("%s: the file stands here twice", file.Name)
		}
		c.Files[inside] = string(file.Data)
	}
	return topic, nil
}

// Write rewrites the archive with the wanted errors that its cases have now.
func (t *Topic) Write() error {
	var files []txtar.File
	for _, c := range t.Cases {
		for _, file := range t.archive.Files {
			if name, inside, _ := strings.Cut(file.Name, "/"); name == c.Name && inside != wantFile {
				files = append(files, file)
			}
		}
		files = append(files, txtar.File{Name: c.Name + "/" + wantFile, Data: []byte(c.Want + "\n")})
	}
	text := txtar.Format(&txtar.Archive{Comment: t.archive.Comment, Files: files})
	return os.WriteFile(t.path, text, 0o644) // test data for everyone to read
}

// Load reads the topics of a folder for a test or a fuzz target.
func Load(t testing.TB, folder string) []*Topic {
	t.Helper()
	topics, err := Read(folder)
	if err != nil {
		t.Fatalf("reading the corpus: %v", err)
	}
	return topics
}
