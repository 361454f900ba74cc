package toolset

import (
	"context"
	"path/filepath"
)

// IAMSimulator evaluates IAM policies: `Node Script Package` reads a list of simulations
// of @cloud-copilot/iam-simulate from standard input and writes a list of results.
type IAMSimulator struct {
	// Node is the path of the Node.js executable.
	Node string
	// Script is the program of ours around the package.
	Script string
	// Package is where the script finds the package.
	Package string
}

// IAMSimulator installs the evaluator of IAM policies from npm when it is not there yet.
func (s *Set) IAMSimulator(ctx context.Context) (IAMSimulator, error) {
	node, err := findNode(ctx)
	if err != nil {
		return IAMSimulator{}, err
	}
	target, err := s.npm(ctx, "iam-simulate", "the evaluator of IAM policies", "19 MB")
	if err != nil {
		return IAMSimulator{}, err
	}
	return IAMSimulator{
		Node: node, Script: filepath.Join(s.Root, "tools", "iam-simulate", "simulate.mjs"), Package: filepath.Join(target, "package.json"),
	}, nil
}
