package costtags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/costexplorer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Token is the type token of CostTags.
const Token = "mlops:index:CostTags"

// Args configure CostTags.
type Args struct {
	// Keys are the keys of the tags to activate, at least one; required.
	Keys []string `pulumi:"keys"`
}

// Ref holds the outputs of the activation that others use.
type Ref struct {
	// Keys are the active tags.
	Keys pulumi.StringArrayOutput `pulumi:"keys"`
}

// CostTags activates tags for cost allocation in the account that pays.
type CostTags struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Keys pulumi.StringArrayOutput `pulumi:"keys"`

	ref Ref
}

// Ref returns what others need to know of the activation.
func (c *CostTags) Ref() Ref { return c.ref }

// New makes a CostTags. It returns an error that lists every error of args.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*CostTags, error) {
	in := Args{}
	if args != nil {
		in.Keys = slices.Clone(args.Keys)
	}
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("cost tags %q: %w", name, err)
	}
	c := &CostTags{}
	if err := ctx.RegisterComponentResourceV2(Token, name, pulumi.Map{"keys": pulumi.ToStringArray(in.Keys)}, c, opts...); err != nil {
		return nil, err
	}
	active := pulumi.StringArray{}
	for _, key := range in.Keys {
		made, err := costexplorer.NewCostAllocationTag(ctx, name+"-"+strings.ReplaceAll(key, "/", "-"), &costexplorer.CostAllocationTagArgs{
			TagKey: pulumi.String(key), Status: pulumi.String("Active"),
		}, pulumi.Parent(c))
		if err != nil {
			return nil, fmt.Errorf("cost tags %q: activating %s: %w", name, key, err)
		}
		active = append(active, made.TagKey)
	}
	c.ref = Ref{Keys: active.ToStringArrayOutput()}
	return c, contract.Register(ctx, c, c.ref)
}

func (a *Args) validate() error {
	var list field.ErrorList
	path := field.NewPath("keys")
	if len(a.Keys) == 0 {
		list = append(list, field.Required(path, "the keys of the tags to activate"))
	}
	for i, key := range a.Keys {
		switch {
		case key == "" || strings.HasPrefix(key, "aws:"):
			list = append(list, field.Invalid(path.Index(i), key, "must be the key of a tag that users put on resources"))
		case slices.Contains(a.Keys[:i], key):
			list = append(list, field.Duplicate(path.Index(i), key))
		}
	}
	return validation.ToError("", list)
}
