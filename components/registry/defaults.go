package registry

import (
	"cmp"
	"slices"

	"github.com/mlops-iac/mlops/internal/awsenv"
)

const (
	// DefaultKeepImages is a month of daily builds.
	DefaultKeepImages = 30
	// DefaultUntaggedDays gives a build whose push was interrupted a week to be
	// looked at.
	DefaultUntaggedDays = 7
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Repositories = slices.Clone(in.Repositories)
	in.PullPrincipalARNs = slices.Clone(in.PullPrincipalARNs)
	in.KeepImages = cmp.Or(in.KeepImages, DefaultKeepImages)
	in.UntaggedDays = cmp.Or(in.UntaggedDays, DefaultUntaggedDays)
	in.Partition = cmp.Or(in.Partition, awsenv.Commercial)
	return &in
}
