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
	"github.com/mlops-iac/mlops/internal/tags"
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
	// Keep says how firmly the key is kept.
	Keep options.Keep
	// TagName is the value of the tag Name; Tags are all others.
	TagName string
	Tags    map[string]string
}

// New makes a key called name, and its alias.
func New(ctx *pulumi.Context, name string, args *Args) (*kms.Key, error) {
	key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
		Description:          pulumi.String(args.Description),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(cmp.Or(args.DeletionDays, DefaultDeletionDays)),
		Policy:               iampolicy.Document(args.Policy...),
		Tags:                 tags.Named(args.Tags, args.TagName),
	}, options.Stateful(args.Parent, args.Keep)...)
	if err != nil {
		return nil, fmt.Errorf("creating key: %w", err)
	}
	alias := &kms.AliasArgs{TargetKeyId: key.ID()}
	if args.Alias != "" {
		alias.Name = pulumi.String(args.Alias)
	}
	if _, err := kms.NewAlias(ctx, cmp.Or(args.AliasResource, name), alias, options.Child(args.Parent)...); err != nil {
		return nil, fmt.Errorf("naming key: %w", err)
	}
	return key, nil
}
