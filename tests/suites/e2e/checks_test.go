package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// check is a promise that is looked at without changing the platform. TestPlatform
// asks all of them, TestBreakages which of them notices.
type check struct {
	name string
	run  func(platform, context.Context) error
}

func checks() []check {
	return []check{
		{"nodes", platform.checkNodes},
		{"workloads", platform.checkWorkloads},
		{"predictions", platform.checkPredictions},
		{"names", platform.checkNames},
		{"isolation", platform.checkIsolation},
		{"rbac", platform.checkRBAC},
		{"stores", platform.checkStores},
		{"inside", platform.checkInside},
		{"admission", platform.checkAdmission},
		{"quota", platform.checkQuota},
		{"autoscaler", platform.checkAutoscaler},
		{"budget", platform.checkBudget},
		{"logs", platform.checkLogs},
	}
}

// patience is how long a check may fail: what it looks at may be on its way.
const patience = 40 * time.Second

// ask runs a check until it passes or patience is over.
func (c check) ask(ctx context.Context, p platform) error {
	return until(ctx, patience, func() error { return c.run(p, ctx) })
}

// testChecks asks everything at the same time: most of it waits.
func (p platform) testChecks(t *testing.T) {
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, c.ask(t.Context(), p))
		})
	}
}

// equal says how what is there differs from what should be.
func equal(want, got any) error {
	if assert.ObjectsAreEqual(want, got) {
		return nil
	}
	return fmt.Errorf("\nwant %v\ngot  %v", want, got)
}

// each asks about every tenant that the repository ships, at the same time.
func each(ask func(tenant string) error) error {
	found := make(chan error, len(questions()))
	for tenant := range questions() {
		go func() {
			err := ask(tenant)
			if err != nil {
				err = fmt.Errorf("%s: %w", tenant, err)
			}
			found <- err
		}()
	}
	var errs []error
	for range questions() {
		errs = append(errs, <-found)
	}
	return errors.Join(errs...)
}

// lines are those of a text, without the ends.
func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

func (p platform) checkNodes(ctx context.Context) error {
	list, err := p.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	got := map[string]string{}
	for _, node := range list.Items {
		runtime, _, _ := strings.Cut(node.Status.NodeInfo.ContainerRuntimeVersion, ":")
		for _, condition := range node.Status.Conditions {
			if condition.Type == corev1.NodeReady {
				got[node.Name] = fmt.Sprintf("ready %s, %s, closed %t", condition.Status, runtime, node.Spec.Unschedulable)
			}
		}
	}
	return equal(map[string]string{"node-1": "ready True, containerd, closed false", "node-2": "ready True, containerd, closed false"}, got)
}

// checkWorkloads finds everything that has not as many ready replicas of the newest
// kind as it wants, or more than that.
func (p platform) checkWorkloads(ctx context.Context) error {
	incomplete := map[string]string{}
	deployments, err := p.client.AppsV1().Deployments("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, d := range deployments.Items {
		s := d.Status
		if s.ObservedGeneration != d.Generation || s.Replicas != *d.Spec.Replicas || s.UpdatedReplicas != s.Replicas || s.AvailableReplicas != s.Replicas {
			incomplete[d.Namespace+"/"+d.Name] = fmt.Sprintf("of %d replicas there are %d, %d new, %d available",
				*d.Spec.Replicas, s.Replicas, s.UpdatedReplicas, s.AvailableReplicas)
		}
	}
	sets, err := p.client.AppsV1().StatefulSets("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, s := range sets.Items {
		if s.Status.ObservedGeneration != s.Generation || s.Status.AvailableReplicas != *s.Spec.Replicas {
			incomplete[s.Namespace+"/"+s.Name] = fmt.Sprintf("%d of %d", s.Status.AvailableReplicas, *s.Spec.Replicas)
		}
	}
	return equal(map[string]string{}, incomplete)
}

// checkPredictions goes from the machine through the address that `up` printed.
func (p platform) checkPredictions(context.Context) error {
	return each(func(tenant string) error {
		got, err := p.ask(tenant)
		if err != nil {
			return err
		}
		return isAnswer(tenant, got)
	})
}

// isAnswer compares an answer with the one a tenant's model gives, whichever version.
func isAnswer(tenant string, got answer) error {
	if got.ModelVersion == "" {
		return errors.New("the answer names no version of the model")
	}
	return equal(answer{Prediction: questions()[tenant][1], Tenant: tenant, ModelVersion: got.ModelVersion}, got)
}

// checkNames asks from a pod of the tenant, by the short name of the Service.
func (p platform) checkNames(ctx context.Context) error {
	return each(func(tenant string) error {
		output, err := p.probe(ctx, tenant, "post", "http://inference/predict", questions()[tenant][0])
		if err != nil {
			return err
		}
		status, body, _ := strings.Cut(output, " ")
		if status != "200" {
			return errors.New(output)
		}
		var got answer
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			return err
		}
		return isAnswer(tenant, got)
	})
}
