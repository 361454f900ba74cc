package conformance_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/tenants"
)

// role is what somebody is to a tenant.
type role string

const (
	workloadRole role = "workload" // the ServiceAccount of its pods
	viewerRole   role = "viewer"
	editorRole   role = "editor"
)

// subject is somebody who acts on the cluster.
type subject struct {
	tenant string
	role   role
	user   string
	groups []string
}

// question is one cell of the matrix. The namespace "" stands for all of them,
// and for what is in none.
type question struct {
	subject   subject
	namespace string
	kind      kind
	verb      string
	// name of one object; "" for all.
	name string
}

func (q question) own() bool { return q.namespace == q.subject.tenant }

// rbac asks the API server about every verb on every resource it knows, in every
// namespace, for everybody who has to do with a tenant, and compares each answer
// with what the platform promises.
func (p platform) rbac(t *testing.T) {
	kinds := p.kinds(t)
	promise := p.promise(t)
	var questions []question
	for _, tenant := range p.tenants(t) {
		for _, subject := range subjectsOf(tenant) {
			questions = append(questions, p.questions(subject, kinds)...)
		}
	}
	answers := p.ask(t, questions)
	wrong := 0
	for i, q := range questions {
		if answers[i] == promise.allows(q) {
			continue
		}
		if wrong++; wrong <= 20 {
			assert.Equal(t, promise.allows(q), answers[i], "%s of %s (%s): %s %s %q in namespace %q",
				q.subject.role, q.subject.tenant, q.subject.user, q.verb, q.kind, q.name, q.namespace)
		}
	}
	assert.Zero(t, wrong, "cells that differ from the promise")
	t.Logf("who may do what, stack %s, %d questions asked\n%s", p.Name, len(questions), accessTable(questions, answers))
}

// subjectsOf are the pods of a tenant, and a user for each of its people and
// groups.
func subjectsOf(tenant tenants.Tenant) []subject {
	list := []subject{{tenant.Name, workloadRole, "system:serviceaccount:" + tenant.Name + ":workload", []string{
		"system:serviceaccounts", "system:serviceaccounts:" + tenant.Name, "system:authenticated",
	}}}
	for role, people := range map[role]struct{ groups, users []string }{
		viewerRole: {tenant.People.Viewers.Groups, tenant.People.Viewers.Users},
		editorRole: {tenant.People.Editors.Groups, tenant.People.Editors.Users},
	} {
		for _, group := range people.groups {
			list = append(list, subject{tenant.Name, role, "member-of-" + group, []string{group, "system:authenticated"}})
		}
		for _, user := range people.users {
			list = append(list, subject{tenant.Name, role, user, []string{"system:authenticated"}})
		}
	}
	return list
}

// questions about one subject.
func (p platform) questions(subject subject, kinds []kind) []question {
	var list []question
	namespaces := append(p.namespaces(), "")
	for _, kind := range kinds {
		for _, namespace := range namespaces {
			if namespace != "" && !kind.namespaced {
				continue
			}
			for _, verb := range kind.asked {
				list = append(list, question{subject: subject, namespace: namespace, kind: kind, verb: verb})
			}
		}
	}
	configMaps := kind{group: "", resource: "configmaps", namespaced: true}
	for _, name := range []string{"inference", "training", "kube-root-ca.crt"} {
		for _, namespace := range namespaces {
			list = append(list, question{subject: subject, namespace: namespace, kind: configMaps, verb: "get", name: name})
		}
	}
	return list
}

// namespaces are those of the stack, and those of Kubernetes itself.
func (p platform) namespaces() []string {
	list := []string{metav1.NamespaceDefault, metav1.NamespaceSystem}
	for _, o := range p.Objects {
		if o.GetKind() == "Namespace" {
			list = append(list, o.GetName())
		}
	}
	slices.Sort(list)
	return list
}

// ask puts every question as a SubjectAccessReview.
func (p platform) ask(t *testing.T, questions []question) []bool {
	t.Helper()
	const askers = 16
	answers := make([]bool, len(questions))
	errs := make([]error, askers)
	var group sync.WaitGroup
	for asker := range askers {
		group.Go(func() {
			for i := asker; i < len(questions) && errs[asker] == nil; i += askers {
				answers[i], errs[asker] = p.review(questions[i])
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	return answers
}

func (p platform) review(q question) (bool, error) {
	review, err := p.Client.AuthorizationV1().SubjectAccessReviews().Create(context.Background(), &authorizationv1.SubjectAccessReview{
		Spec: authorizationv1.SubjectAccessReviewSpec{
			User: q.subject.user, Groups: q.subject.groups,
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: q.namespace, Verb: q.verb, Name: q.name,
				Group: q.kind.group, Resource: q.kind.resource, Subresource: q.kind.subresource,
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return review.Status.Allowed, nil
}

// accessTable shows what is allowed: a row for each resource and place, a column
// for each role, in it the verbs.
func accessTable(questions []question, answers []bool) string {
	type cell struct {
		row  string
		role role
	}
	verbs := map[cell][]string{}
	var rows []string
	denied := 0
	for i, q := range questions {
		if !answers[i] {
			denied++
			continue
		}
		place := "own namespace"
		if !q.own() {
			place = map[bool]string{true: "cluster", false: "namespace " + q.namespace}[q.namespace == ""]
		}
		row := fmt.Sprintf("%-14s %s", place, q.kind)
		if q.name != "" {
			row += " " + q.name
		}
		at := cell{row, q.subject.role}
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
		if !slices.Contains(verbs[at], q.verb) {
			verbs[at] = append(verbs[at], q.verb)
		}
	}
	slices.Sort(rows)
	var table strings.Builder
	fmt.Fprintf(&table, "%-78s %-8s %-15s %s\n", "", workloadRole, viewerRole, editorRole)
	for _, row := range rows {
		show := func(r role) string { return strings.Join(append(verbs[cell{row, r}], ""), " ") }
		fmt.Fprintf(&table, "%-78s %-8s %-15s %s\n", row, show(workloadRole), show(viewerRole), show(editorRole))
	}
	fmt.Fprintf(&table, "refused: %d", denied)
	return table.String()
}
