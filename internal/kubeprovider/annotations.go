package kubeprovider

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Annotations of the real provider that are honoured.
const (
	skipAwait           = "pulumi.com/skipAwait"
	timeoutSeconds      = "pulumi.com/timeoutSeconds"
	deletionPropagation = "pulumi.com/deletionPropagationPolicy"
	patchForce          = "pulumi.com/patchForce"
)

// annotationFailures refuses annotations of the real provider that would change
// what happens and are not covered, and values that are not understood.
func annotationFailures(object map[string]any) []*pulumirpc.CheckFailure {
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	var failures []*pulumirpc.CheckFailure
	for _, name := range sortedKeys(annotations) {
		value, known := annotations[name].(string)
		if !known || !strings.HasPrefix(name, "pulumi.com/") {
			continue
		}
		if reason := annotationFault(name, value); reason != "" {
			failures = append(failures, &pulumirpc.CheckFailure{
				Property: pathString([]any{"metadata", "annotations", name}), Reason: reason,
			})
		}
	}
	return failures
}

func annotationFault(name, value string) string {
	switch name {
	case autonamed, skipAwait, patchForce:
		if _, err := strconv.ParseBool(value); err != nil {
			return fmt.Sprintf("must be true or false, not %q", value)
		}
	case timeoutSeconds:
		if seconds, err := strconv.Atoi(value); err != nil || seconds <= 0 {
			return fmt.Sprintf("must be a whole number of seconds above 0, not %q", value)
		}
	case deletionPropagation:
		if _, known := propagation(value); !known {
			return fmt.Sprintf("must be foreground, background or orphan, not %q", value)
		}
	case "pulumi.com/waitFor", "pulumi.com/replaceUnready", "pulumi.com/patchFieldManager":
		return "the thin Kubernetes provider does not cover this annotation; remove it, or install pulumi-resource-kubernetes"
	}
	return ""
}

func skipsAwait(object *unstructured.Unstructured) bool {
	skip, err := strconv.ParseBool(object.GetAnnotations()[skipAwait])
	return err == nil && skip
}

// timeoutOf is how long to wait for the object: the resource option
// customTimeouts, else the annotation, else ten minutes.
func timeoutOf(requested float64, object *unstructured.Unstructured) time.Duration {
	if requested > 0 {
		return time.Duration(requested * float64(time.Second))
	}
	if seconds, err := strconv.Atoi(object.GetAnnotations()[timeoutSeconds]); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	return defaultTimeout
}

// propagation translates the deletion policy. Foreground is the default, as in
// the real provider: when the delete returns, the dependents are gone too.
func propagation(value string) (policy metav1.DeletionPropagation, known bool) {
	switch strings.ToLower(value) {
	case "", "foreground":
		return metav1.DeletePropagationForeground, true
	case "background":
		return metav1.DeletePropagationBackground, true
	case "orphan":
		return metav1.DeletePropagationOrphan, true
	default:
		return "", false
	}
}
