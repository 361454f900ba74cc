// Package chart makes Helm releases. It is the only place in the library that
// does, so every release is pinned, atomic and named the same way.
//
// Chart repositories are read when a release is deployed, never in a test. Where
// the charts' own values lie beside the checkout, a test compares every version
// and every value of the add-ons with them.
package chart

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// DefaultTimeout is how many seconds Helm waits for one operation. Pulling
// images onto a node the autoscaler has yet to start takes about five minutes;
// ten leave a margin.
const DefaultTimeout = 600

// MaxHistory is how many revisions of a release stay in the cluster. Each is a
// Secret of up to 1 MiB, and a roll-back needs only the last good one.
const MaxHistory = 5

// Record is a chart as it is pinned: each add-on has one, and nothing else says
// a version.
type Record struct {
	// Chart is the name of the chart in the repository; required.
	Chart string `pulumi:"chart"`
	// Version is the exact chart version; required, ranges are not accepted.
	Version string `pulumi:"version"`
	// Repository is the URL of the chart repository; required.
	Repository string `pulumi:"repository"`
}

// Compare orders records by repository, chart and version.
func (r Record) Compare(other Record) int {
	return cmp.Or(
		cmp.Compare(r.Repository, other.Repository), cmp.Compare(r.Chart, other.Chart), cmp.Compare(r.Version, other.Version),
	)
}

// Args describes one release.
type Args struct {
	// Record is the chart; required.
	Record
	// Namespace is an existing namespace; required. It may be the name of a
	// namespace the program makes, and then also orders the two.
	Namespace pulumi.StringInput `pulumi:"namespace"`
	// ReleaseName is the name of the release in the cluster, which fixes the
	// names of its services; default Chart.
	ReleaseName string `pulumi:"releaseName"`
	// Values are the chart's values: nested map[string]any and []any whose
	// leaves are plain Go values or Pulumi inputs. A secret is an input made
	// with pulumi.ToSecret and stays one.
	Values map[string]any `pulumi:"values"`
	// Timeout is in seconds; default DefaultTimeout.
	Timeout int `pulumi:"timeout"`
	// SkipAwait returns once the objects are accepted, without waiting for
	// pods. For charts whose pods may have no node to run on, such as daemons
	// for GPU nodes that scale from zero. It also turns off atomic, which
	// implies waiting.
	SkipAwait bool `pulumi:"skipAwait"`
}

// New makes the release. Options are the caller's: the component that owns the
// release passes pulumi.Parent and, with a reason, pulumi.DependsOn.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Release, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("chart %q: %w", name, err)
	}
	values, err := toMap(in.Values)
	if err != nil {
		return nil, fmt.Errorf("chart %q: values%w", name, err)
	}
	release, err := register(ctx, name, pulumi.Map{
		"name":           pulumi.String(in.ReleaseName),
		"namespace":      in.Namespace,
		"chart":          pulumi.String(in.Chart),
		"version":        pulumi.String(in.Version),
		"repositoryOpts": pulumi.Map{"repo": pulumi.String(in.Repository)},
		"values":         values,
		"atomic":         pulumi.Bool(!in.SkipAwait),
		"cleanupOnFail":  pulumi.Bool(true),
		"skipAwait":      pulumi.Bool(in.SkipAwait),
		"maxHistory":     pulumi.Int(MaxHistory),
		"timeout":        pulumi.Int(in.Timeout),
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("chart %q: %w", name, err)
	}
	return release, nil
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.ReleaseName = cmp.Or(in.ReleaseName, in.Chart)
	in.Timeout = cmp.Or(in.Timeout, DefaultTimeout)
	return &in
}

// toMap turns plain values into Pulumi inputs and leaves inputs as they are.
func toMap(values map[string]any) (pulumi.Map, error) {
	converted := make(pulumi.Map, len(values))
	for key, value := range values {
		input, err := toInput(value)
		if err != nil {
			return nil, fmt.Errorf(".%s%w", key, err)
		}
		converted[key] = input
	}
	return converted, nil
}

func toArray(values []any) (pulumi.Array, error) {
	converted := make(pulumi.Array, len(values))
	for i, value := range values {
		input, err := toInput(value)
		if err != nil {
			return nil, fmt.Errorf("[%d]%w", i, err)
		}
		converted[i] = input
	}
	return converted, nil
}

func toInput(value any) (pulumi.Input, error) {
	switch v := value.(type) {
	case nil:
		// Helm reads null as "drop the default", and the provider drops nulls
		// before Helm sees them, so a nil here would silently do nothing.
		return nil, errors.New(": null is not a chart value")
	case pulumi.Input:
		return v, nil
	case map[string]any:
		return toMap(v)
	case []any:
		return toArray(v)
	case string:
		return pulumi.String(v), nil
	case bool:
		return pulumi.Bool(v), nil
	case int:
		return pulumi.Int(v), nil
	default:
		return nil, fmt.Errorf(": %T is not a chart value", value)
	}
}
