package registry

import "slices"

const (
	// DefaultKeepImages is a month of daily builds.
	DefaultKeepImages = 30
	// DefaultUntaggedDays gives a build whose push was interrupted a week to be
	// looked at.
	DefaultUntaggedDays = 7
	// DefaultPartition is the partition of the commercial regions.
	DefaultPartition = "aws"

	// keyDeletionDays is the longest waiting time KMS offers before a key, and with
	// it every image, is gone for good.
	keyDeletionDays = 30
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Repositories = slices.Clone(in.Repositories)
	in.PullPrincipalARNs = slices.Clone(in.PullPrincipalARNs)
	if in.KeepImages == 0 {
		in.KeepImages = DefaultKeepImages
	}
	if in.UntaggedDays == 0 {
		in.UntaggedDays = DefaultUntaggedDays
	}
	if in.Partition == "" {
		in.Partition = DefaultPartition
	}
	return &in
}
