package mutants

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Slip is one mistake in one file.
type Slip struct {
	// ID names the slip: small letters, digits and dashes, and begins with its group.
	ID string `yaml:"id"`
	// File is where it is made, from the root of the repository.
	File string `yaml:"file"`
	// Was is the right text, which stands in the file exactly once; Becomes stands in its place.
	Was     string `yaml:"was"`
	Becomes string `yaml:"becomes"`
	// Tests are those near the code that shall notice.
	Tests []Tests `yaml:"tests"`
	// Why is what the slip would do to whoever runs a platform.
	Why string `yaml:"why"`
	// Survives is why it is accepted that none of the tests notices; empty when one has to.
	Survives string `yaml:"survives"`
}

// Tests are the tests of one package: its folder from the root of the repository, and
// after a blank the names of some of them with | between, where all would take long.
type Tests string

// split returns the folder, and the names; "" for all tests of the package.
func (t Tests) split() (folder, names string) {
	folder, names, _ = strings.Cut(string(t), " ")
	return folder, names
}

// Group is what the slip is about: its id up to the first dash.
func (s Slip) Group() string {
	group, _, _ := strings.Cut(s.ID, "-")
	return group
}

// Load reads a list of slips.
func Load(file string) ([]Slip, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var slips []Slip
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&slips); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return slips, nil
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// Fit reports every slip that no longer fits the tree at the root.
func Fit(root string, slips []Slip) error {
	var wrong []error
	seen := map[string]bool{}
	for _, s := range slips {
		if seen[s.ID] {
			wrong = append(wrong, fmt.Errorf("%s: the id stands twice", s.ID))
		}
		seen[s.ID] = true
		for _, err := range s.fit(root) {
			wrong = append(wrong, fmt.Errorf("%s: %w", s.ID, err))
		}
	}
	return errors.Join(wrong...)
}

func (s Slip) fit(root string) []error {
	var wrong []error
	if !idForm.MatchString(s.ID) {
		wrong = append(wrong, errors.New("an id is a group and a name, in small letters, digits and dashes"))
	}
	if s.Why == "" {
		wrong = append(wrong, errors.New("say what it would do, in why"))
	}
	if _, err := s.changed(root); err != nil {
		wrong = append(wrong, err)
	}
	if len(s.Tests) == 0 {
		wrong = append(wrong, errors.New("no tests are named"))
	}
	for _, tests := range s.Tests {
		if err := tests.exist(root); err != nil {
			wrong = append(wrong, err)
		}
	}
	return wrong
}

// changed returns the file with the slip in it.
func (s Slip) changed(root string) (string, error) {
	if s.Was == s.Becomes {
		return "", errors.New("becomes what it was")
	}
	text, err := os.ReadFile(filepath.Join(root, s.File))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(text), s.Was); s.Was == "" || n != 1 {
		return "", fmt.Errorf("%s has %d times, not once: %s", s.File, n, s.Was)
	}
	return strings.Replace(string(text), s.Was, s.Becomes, 1), nil
}

// exist returns an error when the package has no tests, or not those.
func (t Tests) exist(root string) error {
	folder, names := t.split()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		return err
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		all.Write(text)
	}
	if all.Len() == 0 {
		return fmt.Errorf("%s has no tests", folder)
	}
	for name := range strings.SplitSeq(names, "|") {
		if name != "" && !strings.Contains(all.String(), "\nfunc "+name+"(") {
			return fmt.Errorf("%s has no test %s", folder, name)
		}
	}
	return nil
}

// moduleOf returns the folder of the module that a package is in, and the package from there.
func moduleOf(root, folder string) (module, pattern string, err error) {
	for module = path.Clean(folder); ; module = path.Dir(module) {
		if _, err := os.Stat(filepath.Join(root, module, "go.mod")); err == nil {
			inside, err := filepath.Rel(module, folder)
			return module, "./" + filepath.ToSlash(inside), err
		}
		if module == "." || module == "/" {
			return "", "", fmt.Errorf("%s is in no module", folder)
		}
	}
}
