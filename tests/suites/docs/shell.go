package docs

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// filler stands for what a command printed or an argument of a function, which
// is known only when it runs.
const filler = "placeholder"

// provided are the variables that every shell has.
var provided = map[string]bool{"HOME": true, "IFS": true, "PATH": true, "PWD": true, "USER": true}

// command is one command with its words as the tool would get them.
type command struct {
	file string
	line int
	args []string
	// mention is a command in running text, which may leave out what the
	// sentence around it is not about.
	mention bool
}

// script reads pieces of shell code one after the other, as somebody would type
// them into one terminal.
type script struct {
	file      string
	variables map[string]string
	functions map[string]bool
	// inside a function or a container, variables come from elsewhere.
	elsewhere bool
	commands  []command
	findings  []Finding
}

func newScript(file string, variables map[string]string) *script {
	local := map[string]string{}
	maps.Copy(local, variables)
	return &script{file: file, variables: local, functions: map[string]bool{}}
}

// read takes over the commands of a piece.
func (s *script) read(p piece) {
	parsed, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(unquoteHoles(p)), "")
	if err != nil {
		line := p.line
		var broken syntax.ParseError
		if errors.As(err, &broken) {
			line, err = line+int(broken.Pos.Line())-1, errors.New(broken.Text)
		}
		s.finding(line, "", "not a shell command: "+err.Error())
		return
	}
	s.walk(parsed, p)
}

// unquoteHoles writes <name>, which in text is a hole for the reader to fill and
// in a shell a redirection, as a word.
func unquoteHoles(p piece) string {
	if p.language != span {
		return p.text
	}
	return strings.NewReplacer("<", "", ">", "").Replace(p.text)
}

func (s *script) walk(root syntax.Node, p piece) {
	syntax.Walk(root, func(node syntax.Node) bool {
		switch typed := node.(type) {
		case *syntax.FuncDecl:
			s.functions[typed.Name.Value] = true
			inner := &script{file: s.file, variables: s.variables, functions: s.functions, elsewhere: true}
			inner.walk(typed.Body, p)
			s.commands, s.findings = append(s.commands, inner.commands...), append(s.findings, inner.findings...)
			return false
		case *syntax.ForClause:
			if loop, ok := typed.Loop.(*syntax.WordIter); ok {
				s.variables[loop.Name.Value] = filler
			}
		case *syntax.DeclClause:
			s.assign(typed.Args, p)
		case *syntax.CallExpr:
			if len(typed.Args) == 0 {
				s.assign(typed.Assigns, p)
			} else {
				s.call(typed, p)
			}
		}
		return true
	})
}

func (s *script) assign(assigns []*syntax.Assign, p piece) {
	for _, assign := range assigns {
		if assign.Name == nil || assign.Value == nil {
			continue
		}
		s.variables[assign.Name.Value] = strings.Join(s.words(p, assign.Value), " ")
	}
}

func (s *script) call(call *syntax.CallExpr, p piece) {
	args := s.words(p, call.Args...)
	if len(args) == 0 {
		return
	}
	line := p.line + int(call.Pos().Line()) - 1
	s.commands = append(s.commands, command{file: s.file, line: line, args: args, mention: p.language == span})
	// What runs inside a container is a command as well.
	if at := slices.Index(args, "--"); at >= 0 && args[0] == "kubectl" && at+1 < len(args) {
		s.within(args[at+1:], line)
	}
}

// within reads the command that another one starts.
func (s *script) within(args []string, line int) {
	s.commands = append(s.commands, command{file: s.file, line: line, args: args})
	for i, arg := range args {
		if arg != "sh" && arg != "bash" || i+2 >= len(args) || !strings.HasPrefix(args[i+1], "-") || !strings.HasSuffix(args[i+1], "c") {
			continue
		}
		inner := &script{file: s.file, variables: map[string]string{}, functions: map[string]bool{}, elsewhere: true}
		inner.read(piece{file: s.file, line: line, language: shell, text: args[i+2]})
		s.commands, s.findings = append(s.commands, inner.commands...), append(s.findings, inner.findings...)
	}
}

// words expands variables as the shell does; what is set nowhere is a finding.
func (s *script) words(p piece, words ...*syntax.Word) []string {
	if len(words) == 0 {
		return nil
	}
	line := p.line + int(words[0].Pos().Line()) - 1
	config := &expand.Config{
		Env: expand.FuncEnviron(func(name string) string {
			if name == "IFS" {
				return "" // which leaves it as it is by default
			}
			if value, ok := s.variables[name]; ok {
				return value
			}
			if !s.elsewhere && !provided[name] {
				s.finding(line, "$"+name, "the variable is set nowhere above")
			}
			return filler
		}),
		CmdSubst: func(w io.Writer, _ *syntax.CmdSubst) error {
			_, err := io.WriteString(w, filler)
			return err
		},
	}
	fields, err := expand.Fields(config, words...)
	if err != nil {
		s.finding(line, "", fmt.Sprintf("the shell cannot expand it: %v", err))
	}
	return fields
}

func (s *script) finding(line int, subject, problem string) {
	s.findings = append(s.findings, Finding{File: s.file, Line: line, Subject: subject, Problem: problem})
}
