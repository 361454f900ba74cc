package iam_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// podIdentity is who asks for a pod's session.
const podIdentity = "pods.eks.amazonaws.com"

// assume asks whether a principal may become a role, with the tags of a session.
func (a *account) assume(r *role, principal string, tags map[string]string) simulation {
	s := simulation{Identity: []policy{}, ServiceControl: []any{}, ResourceControl: []any{}, OfTheResource: r.Trust}
	s.Request.Principal, s.Request.Action = principal, "sts:AssumeRole"
	s.Request.Resource.Resource, s.Request.Resource.AccountID = r.ARN, a.ID
	s.Request.Context = map[string]any{"aws:SourceAccount": a.ID}
	for name, value := range tags {
		s.Request.Context["aws:RequestTag/"+name] = value
	}
	return s
}

// tagsOf are the tags of a session of a service account, as EKS sets them.
func (a *account) tagsOf(serviceAccount string) map[string]string {
	namespace, name, _ := strings.Cut(serviceAccount, "/")
	_, cluster, _ := strings.Cut(a.Cluster, ":cluster/")
	return map[string]string{
		"eks-cluster-arn": a.Cluster, "eks-cluster-name": cluster, "kubernetes-namespace": namespace, "kubernetes-service-account": name,
	}
}

// TestRolesAreFor asks for every role that pods have whether others may have it, too.
//
// Proves by an evaluator of IAM policies: a role that pods have is for one service account
// of this cluster, and that of tenants for pods of this cluster.
func TestRolesAreFor(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		t.Run(stack, func(t *testing.T) {
			a := accountOf(t, stack)
			want, names, list := map[string]string{}, []string{}, []simulation{}
			ask := func(name, answer string, s simulation) {
				names, list, want[name] = append(names, name), append(list, s), answer
			}
			for _, name := range slices.Sorted(maps.Keys(a.Roles)) {
				r := a.Roles[name]
				for _, account := range r.Sessions {
					tags := a.tagsOf(account)
					ask(name+" by "+account, allowed, a.assume(r, podIdentity, tags))
					ask(name+" by "+account+" of another cluster", denied, a.assume(r, podIdentity, with(tags, "eks-cluster-arn", a.Cluster+"-2")))
					ask(name+" by another service", denied, a.assume(r, "ec2.amazonaws.com", tags))
					ask(name+" by the account", denied, a.assume(r, "arn:aws:iam::"+a.ID+":role/somebody", tags))
					ask(name+" by another account", denied, a.assume(r, "arn:aws:iam::999999999999:role/somebody", tags))
					if len(r.Sessions) == 1 {
						ask(name+" by another service account", denied, a.assume(r, podIdentity, with(tags, "kubernetes-service-account", "default")))
						ask(name+" by another namespace", denied, a.assume(r, podIdentity, with(tags, "kubernetes-namespace", "tenant-a")))
					}
				}
			}
			require.NotEmpty(t, list)
			got := map[string]string{}
			for i, answer := range evaluate(t, list) {
				got[names[i]] = answer
			}
			assert.Equal(t, want, got)
		})
	}
}

func with(tags map[string]string, name, value string) map[string]string {
	changed := maps.Clone(tags)
	changed[name] = value
	return changed
}
