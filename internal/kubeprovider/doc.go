// Package kubeprovider is a thin Pulumi provider for Kubernetes.
//
// It stands in for pulumi-resource-kubernetes where that plugin cannot be had,
// and speaks the same protocol: the engine attaches to it through
// PULUMI_DEBUG_PROVIDERS. It writes real objects to a real cluster, with
// server-side apply and strict field validation, and asks the API server
// instead of judging by itself: Check and Diff are dry runs.
//
//   - Every built-in kind and every custom resource is covered. Lists, patches,
//     Kustomize, YAML files, charts and lookups are refused by name.
//   - A Helm release is recorded as planned and nothing is installed, because
//     charts cannot be fetched; Server.Releases lists what was recorded.
//   - Settings and annotations that would change the behaviour in a way not
//     covered here are refused rather than ignored.
//
// Where the real plugin is installed, Front puts only the recording of Helm
// releases before it and hands everything else on.
//
// # What Check cannot see
//
// An object whose namespace does not exist yet is tried in the namespace
// "default": the quota, the limits and the Pod Security level of its own
// namespace are not asked, neither are namespaced admission rules. A custom
// resource whose definition does not exist yet is not validated at all. Inputs
// with unknown values are checked for unknown, duplicate and mistyped fields
// only. In each case the create that follows is validated in full.
package kubeprovider
