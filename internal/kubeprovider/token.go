package kubeprovider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// releaseToken is the type of a Helm release, the only kind that is recorded
// instead of created.
const releaseToken = "kubernetes:helm.sh/v3:Release"

// target is the resource a request is about.
type target struct {
	token string
	name  string // the logical name, from the URN
	gvk   schema.GroupVersionKind
}

func targetOf(urn string) (target, error) {
	parsed, err := resource.ParseURN(urn)
	if err != nil {
		return target{}, status.Errorf(codes.InvalidArgument, "reading a resource's URN: %v", err)
	}
	t := target{token: string(parsed.Type()), name: parsed.Name()}
	if t.isRelease() {
		return t, nil
	}
	t.gvk, err = kindOf(t.token)
	return t, err
}

func (t target) isRelease() bool { return t.token == releaseToken }

// kindOf translates a type token to the kind it stands for.
func kindOf(token string) (schema.GroupVersionKind, error) {
	refused := status.Error(codes.Unimplemented, refusal(token))
	parts := strings.Split(token, ":")
	if len(parts) != 3 || parts[0] != "kubernetes" {
		return schema.GroupVersionKind{}, refused
	}
	group, version, found := strings.Cut(parts[1], "/")
	kind := parts[2]
	if !found || slices.Contains([]string{"helm.sh", "yaml", "kustomize"}, group) || strings.HasSuffix(kind, "Patch") {
		return schema.GroupVersionKind{}, refused
	}
	if group == "core" {
		group = ""
	}
	// A custom kind may well be called AllowList.
	if builtIn(group) && strings.HasSuffix(kind, "List") {
		return schema.GroupVersionKind{}, refused
	}
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}, nil
}

// builtIn says whether the API server itself serves the group, so that no
// definition made later in the run can add a kind to it.
func builtIn(group string) bool {
	return scheme.Scheme.IsGroupRegistered(group) ||
		group == "apiextensions.k8s.io" || group == "apiregistration.k8s.io"
}

func refusal(token string) string {
	return fmt.Sprintf("the thin Kubernetes provider does not cover %s: it makes single objects, not lists, patches, charts or files; install pulumi-resource-kubernetes to use it", token)
}
