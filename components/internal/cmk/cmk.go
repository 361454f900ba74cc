// Package cmk makes customer-managed KMS keys: rotated every year, with an
// alias, and with a policy of typed statements. A key costs 1 USD a month, and
// 1 USD more for each of the first two rotations.
package cmk

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// DefaultDeletionDays is the longest waiting time KMS offers before a key, and
// with it everything it encrypted, is gone for good.
const DefaultDeletionDays = 30

// Args configures a key.
type Args struct {
	// Parent is the component the key belongs to; required.
	Parent pulumi.Resource
	// Description says what the key encrypts; required.
	Description string
	// Policy is the key policy; required. Account must be among its statements.
	Policy []iampolicy.Statement
	// AliasResource is the Pulumi name of the alias; default the key's.
	AliasResource string
	// Alias is the alias itself, such as "alias/app"; default one Pulumi makes up.
	Alias string
	// DeletionDays is how long a deleted key can be brought back, 7 to 30;
	// default DefaultDeletionDays.
	DeletionDays int
	// Keep says how firmly what the key encrypts is kept. The key is kept as firmly.
	Keep options.Keep
	// Leaves says that a destroy may leave something the key encrypts although Keep
	// does not say so, such as a final snapshot. The key and its alias then stay too:
	// a key that is deleted takes with it all that it encrypted.
	Leaves bool
	// TagName is the value of the tag Name; Tags are all others.
	TagName string
	Tags    map[string]string
}

// New makes a key called name, and its alias. It outlives what it encrypts.
func New(ctx *pulumi.Context, name string, args *Args) (*kms.Key, error) {
	keep := args.Keep
	keep.RetainOnDelete = keep.RetainOnDelete || args.Leaves
	key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
		Description:          pulumi.String(args.Description),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(cmp.Or(args.DeletionDays, DefaultDeletionDays)),
		Policy:               iampolicy.Document(args.Policy...),
		Tags:                 tagmap.Named(args.Tags, args.TagName),
	}, options.Stateful(args.Parent, keep)...)
	if err != nil {
		return nil, fmt.Errorf("creating key: %w", err)
	}
	alias := &kms.AliasArgs{TargetKeyId: key.ID()}
	if args.Alias != "" {
		alias.Name = pulumi.String(args.Alias)
	}
	// By its alias a key that was left is found. It can be made again, so it is not protected.
	named := options.Stateful(args.Parent, options.Keep{RetainOnDelete: keep.RetainOnDelete})
	if _, err := kms.NewAlias(ctx, cmp.Or(args.AliasResource, name), alias, named...); err != nil {
		return nil, fmt.Errorf("naming key: %w", err)
	}
	return key, nil
}
