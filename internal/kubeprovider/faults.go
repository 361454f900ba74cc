package kubeprovider

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// errCancelled ends a wait when the engine cancels the run.
var errCancelled = errors.New("the run was cancelled")

var (
	strictFault = regexp.MustCompile(`(unknown|duplicate) field "([^"]+)"`)
	typedFault  = regexp.MustCompile(`(?m)(?:^\s*|: )(\.[^\s:]+): (.+)$`)
)

// mistypedMessage begins the answer to an apply with fields the schema does not
// have. The API server gives it the code of an internal error.
const mistypedMessage = "failed to create typed patch object"

func statusOf(err error) (*apierrors.StatusError, bool) {
	var answered *apierrors.StatusError
	return answered, errors.As(err, &answered)
}

// rejected: the values are wrong, for a new object or for a change of this one.
func rejected(err error) bool { return apierrors.IsInvalid(err) }

// malformed: a field does not exist, occurs twice or has another type.
func malformed(err error) bool { return apierrors.IsBadRequest(err) || mistyped(err) }

func mistyped(err error) bool {
	answered, ok := statusOf(err)
	return ok && strings.Contains(answered.ErrStatus.Message, mistypedMessage)
}

// admissible: the API server answered, and its answer is about the object.
func admissible(err error) bool {
	return rejected(err) || malformed(err) || apierrors.IsForbidden(err) ||
		apierrors.IsRequestEntityTooLargeError(err) || apierrors.IsMethodNotSupported(err)
}

func accepted(err error) bool { return err == nil || apierrors.IsAlreadyExists(err) }

func missingNamespace(err error) bool {
	answered, ok := statusOf(err)
	if !ok || answered.ErrStatus.Code != http.StatusNotFound || answered.ErrStatus.Details == nil {
		return false
	}
	return answered.ErrStatus.Details.Kind == "namespaces"
}

// passing: the cluster gave no answer, or one that says to ask again. A wait
// outlives that.
func passing(err error) bool {
	if err == nil {
		return false
	}
	_, answered := statusOf(err)
	return !answered || transient(err) || apierrors.IsTooManyRequests(err) || apierrors.IsTimeout(err) || apierrors.IsInternalError(err)
}

// connectionError keeps an error that is not an answer of the API server.
func connectionError(err error) error {
	if _, answered := statusOf(err); answered {
		return nil
	}
	return err
}

// failuresOf turns the API server's answer into one failure for each field it names.
func failuresOf(err error) []*pulumirpc.CheckFailure {
	answered, ok := statusOf(err)
	if !ok {
		return []*pulumirpc.CheckFailure{failure("", err.Error())}
	}
	message := answered.ErrStatus.Message
	var failures []*pulumirpc.CheckFailure
	if details := answered.ErrStatus.Details; details != nil && apierrors.IsInvalid(err) {
		for _, cause := range details.Causes {
			failures = append(failures, failure(cause.Field, cause.Message))
		}
	}
	if mistyped(err) {
		for _, found := range typedFault.FindAllStringSubmatch(message, -1) {
			failures = append(failures, failure(strings.TrimPrefix(found[1], "."), found[2]))
		}
	}
	for _, found := range strictFault.FindAllStringSubmatch(message, -1) {
		failures = append(failures, failure(found[2], found[1]+" field"))
	}
	if len(failures) == 0 {
		failures = append(failures, failure("", message))
	}
	return failures
}

// describe makes the error the engine shows: what was attempted on which
// object, without the secrets of its inputs.
func describe(err error, doing string, t target, inputs resource.PropertyMap) error {
	if _, formed := status.FromError(err); formed {
		return err
	}
	metadata, _ := plain(inputs)["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	return status.Error(codes.Aborted, hide(fmt.Sprintf("%s %s %q: %v", doing, t.gvk.Kind, name, err), inputs))
}

func unavailable(err error) error {
	return status.Errorf(codes.Unavailable, "asking the cluster for its kinds: %v", err)
}
