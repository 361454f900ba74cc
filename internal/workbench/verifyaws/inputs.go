package verifyaws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"golang.org/x/sync/errgroup"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

// Input is one resource of a stack with plain inputs. What it takes from
// other resources are references of the namer that explained it.
type Input struct {
	URN    string
	Inputs map[string]any
}

const (
	awsPackage        = "aws"
	kubernetesPackage = "kubernetes"
)

// observed is a stack as the engine planned it.
type observed struct {
	plan   engine.Plan
	inputs []Input
}

// observe plans a stack twice: as every preview does, and with names for the
// outputs that only AWS knows. The second says where unknown inputs come from; in
// everything else both must agree.
func observe(ctx context.Context, planner *preview.Planner, stack preview.StackInput, namer *terraform.Namer, adjust func(*engine.Job)) (observed, error) {
	var seen, named preview.Result
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		seen, err = planner.Plan(groupCtx, stack, fakeOnly(nil, adjust))
		return err
	})
	group.Go(func() (err error) {
		named, err = planner.Plan(groupCtx, stack, fakeOnly(namer, adjust))
		if err != nil {
			err = fmt.Errorf("with named outputs: %w", err)
		}
		return err
	})
	if err := group.Wait(); err != nil {
		return observed{}, err
	}
	inputs, err := explain(seen.Plan.Received, named.Plan.Received)
	return observed{plan: seen.Plan, inputs: inputs}, err
}

// fakeOnly makes a job use the fake provider of AWS, with the names of a namer
// unless it is nil.
func fakeOnly(namer *terraform.Namer, adjust func(*engine.Job)) func(*engine.Job) {
	return func(job *engine.Job) {
		job.Goals = namer == nil
		for i := range job.Fakes {
			if job.Fakes[i].Package != awsPackage {
				continue
			}
			job.Fakes[i].Only = true
			if namer != nil {
				job.Fakes[i].Namer = namer
			}
		}
		if adjust != nil {
			adjust(job)
		}
	}
}

// explain merges both plans of every AWS resource.
func explain(seen, named []fakeprovider.Planned) ([]Input, error) {
	names, err := plainInputs(named)
	if err != nil {
		return nil, err
	}
	byURN := map[string]Input{}
	for _, n := range names {
		byURN[n.URN] = n
	}
	inputs, err := plainInputs(seen)
	if err != nil {
		return nil, err
	}
	if len(inputs) != len(names) {
		return nil, fmt.Errorf("%d AWS resources are planned while outputs are unknown, and %d once they have names", len(inputs), len(names))
	}
	var errs []error
	for i, input := range inputs {
		merged, err := terraform.Merge(input.Inputs, byURN[input.URN].Inputs)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", input.URN, err))
			continue
		}
		inputs[i].Inputs = merged
	}
	// They arrive in another order each time.
	slices.SortFunc(inputs, func(a, b Input) int { return strings.Compare(a.URN, b.URN) })
	return inputs, errors.Join(errs...)
}

// plainInputs decodes the AWS resources among what fake providers received.
func plainInputs(received []fakeprovider.Planned) ([]Input, error) {
	var found []Input
	for _, planned := range received {
		urn := resource.URN(planned.URN)
		if !strings.HasPrefix(string(urn.Type()), awsPackage+":") {
			continue
		}
		properties, err := plugin.UnmarshalProperties(planned.Inputs, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
		if err != nil {
			return nil, fmt.Errorf("reading the inputs of %s: %w", urn, err)
		}
		inputs := guard.NewResource(string(urn.Type()), urn.Name(), properties).Inputs
		for key, value := range properties {
			if _, read := inputs[string(key)]; !read && !value.IsNull() {
				return nil, fmt.Errorf("reading the inputs of %s: %s is %s, which has no form in Terraform", urn, key, value.TypeString())
			}
		}
		found = append(found, Input{URN: planned.URN, Inputs: inputs})
	}
	return found, nil
}
