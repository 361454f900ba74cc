package guard

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// GateToken is the type of the component that Gate registers.
const GateToken = "mlops:index:Guard"

// Session evaluates the resources of one run while the engine registers them. It
// is safe for concurrent use.
type Session struct {
	mu         sync.Mutex
	evaluation *evaluation
	resources  []Resource
	// registered is everything of the program itself, for the gate to wait for.
	registered []pulumi.Resource
	log        pulumi.Log
}

// NewSession returns a session for one run.
func NewSession(exemptions []Exemption, options Options) *Session {
	return &Session{evaluation: newEvaluation(exemptions, options)}
}

// Attach makes the engine show every later registration to the session,
// children of remote components included. Call it before anything is registered.
// Mocks have no engine: there Evaluate takes what the mock recorded.
func (s *Session) Attach(ctx *pulumi.Context) error {
	if err := ctx.RegisterStackTransformation(s.remember); err != nil {
		return err
	}
	if ctx.RunningWithMocks() {
		return nil
	}
	s.log = ctx.Log
	return ctx.RegisterResourceTransform(s.Transform())
}

// remember notes what the gate waits for. The SDK calls it while the program
// makes a resource. The children of a component, in contrast, are only known
// once their registrations have begun in the background, so that a dependency
// on components would miss the last ones.
func (s *Session) remember(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registered = append(s.registered, args.Resource)
	return nil
}

// Transform records what the engine registers and changes nothing. A resource
// that breaks a per-resource rule fails to register.
func (s *Session) Transform() pulumi.ResourceTransform {
	return func(ctx context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		if err := s.observe(ctx, args); err != nil {
			return reject(args, errors.Join(err, s.tell(err)))
		}
		return nil
	}
}

// tell reports a refusal to the engine. Of several registrations that fail at
// the same time the SDK shows only one; the engine's log shows all.
func (s *Session) tell(refusal error) error {
	if s.log == nil {
		return nil
	}
	return s.log.Error(refusal.Error(), nil)
}

// Gate registers a component that fails when a rule over all resources is
// broken or an exemption is stale. It waits for everything made since Attach;
// call it last.
func (s *Session) Gate(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	s.mu.Lock()
	opts = append(slices.Clone(opts), pulumi.DependsOn(slices.Clone(s.registered)))
	s.mu.Unlock()
	gate := &struct{ pulumi.ResourceState }{}
	inputs := pulumi.Map{"rules": pulumi.Int(len(s.evaluation.rules))}
	if err := ctx.RegisterComponentResourceV2(GateToken, name, inputs, gate, opts...); err != nil {
		return err
	}
	return ctx.RegisterResourceOutputs(gate, pulumi.Map{})
}

// Finish evaluates everything recorded together. It returns the report, and its
// error when something is wrong. It may be called more than once.
func (s *Session) Finish() (Report, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	complete := *s.evaluation
	complete.violations, complete.exempted = slices.Clone(s.evaluation.violations), slices.Clone(s.evaluation.exempted)
	complete.set(s.resources)
	report := complete.finish(len(s.resources))
	return report, report.Err()
}

func (s *Session) observe(ctx context.Context, args *pulumi.ResourceTransformArgs) error {
	if args.Type == GateToken {
		_, err := s.Finish()
		return err
	}
	if args.Type == string(resource.RootStackType) {
		return nil
	}
	res, err := fromTransform(ctx, args)
	if err != nil {
		return fmt.Errorf("guard: reading the inputs of %s %q: %w", args.Type, args.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resources = append(s.resources, res)
	return Report{Violations: s.evaluation.resource(res)}.Err()
}

// reject returns a result whose properties cannot be marshalled: the only way
// in which a transform, which has no error result, can refuse a registration.
func reject(args *pulumi.ResourceTransformArgs, err error) *pulumi.ResourceTransformResult {
	refused := pulumi.String("").ToStringOutput().ApplyT(func(string) (string, error) { return "", err })
	return &pulumi.ResourceTransformResult{Props: pulumi.Map{"guard": refused}, Opts: args.Opts}
}

func fromTransform(ctx context.Context, args *pulumi.ResourceTransformArgs) (Resource, error) {
	r := Resource{
		Type: args.Type, Name: args.Name, Custom: args.Custom,
		Protect: args.Opts.Protect, RetainOnDelete: args.Opts.RetainOnDelete,
		Inputs: make(map[string]any, len(args.Props)),
	}
	for _, key := range slices.Sorted(maps.Keys(args.Props)) {
		decoded := decoder{}
		value, err := decoded.input(ctx, args.Props[key])
		if err != nil {
			return Resource{}, fmt.Errorf("input %q: %w", key, err)
		}
		r.add(key, value, decoded.secret)
	}
	var parentErr, providerErr error
	r.Parent, parentErr = urnOf(ctx, args.Opts.Parent)
	r.Provider, providerErr = urnOf(ctx, args.Opts.Provider)
	r.URN = childURN(r.Parent, r.Type, r.Name)
	return r, errors.Join(parentErr, providerErr)
}

func urnOf(ctx context.Context, res pulumi.Resource) (string, error) {
	if res == nil {
		return "", nil
	}
	urn, err := internals.UnsafeAwaitOutput(ctx, res.URN())
	return scalarText(urn.Value), err
}

// childURN composes the URN that a transform is not told. Everything but the
// stack itself has a parent, from whose URN stack and project are taken.
func childURN(parent, typeToken, name string) string {
	urn := resource.URN(parent)
	if !urn.IsValid() || strings.TrimSpace(name) == "" {
		return ""
	}
	return string(resource.NewURN(urn.Stack(), urn.Project(), urn.QualifiedType(), tokens.Type(typeToken), name))
}
