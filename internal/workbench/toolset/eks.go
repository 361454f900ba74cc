package toolset

import (
	"context"
	"path/filepath"
)

// EKS is the real EKS component provider, ready to be started.
type EKS struct {
	// Node is the path of the Node.js executable.
	Node string
	// Script starts the provider.
	Script string
	// Version of the component provider, without a leading "v".
	Version string
}

// EKS installs the component provider from npm when it is not there yet.
func (s *Set) EKS(ctx context.Context) (EKS, error) {
	node, err := findNode(ctx)
	if err != nil {
		return EKS{}, err
	}
	target, err := s.npm(ctx, "eks-provider", "the EKS component provider", "206 MB")
	if err != nil {
		return EKS{}, err
	}
	pkg := filepath.Join(target, "node_modules", "@pulumi", "eks")
	version, err := packageVersion(pkg)
	if err != nil {
		return EKS{}, err
	}
	return EKS{Node: node, Script: filepath.Join(pkg, "cmd", "provider", "index.js"), Version: version}, nil
}
