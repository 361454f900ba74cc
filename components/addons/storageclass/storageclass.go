package storageclass

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	storagev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/storage/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// Token is the type token of the component.
const Token = "mlops:index:StorageClass"

// Provisioner is the EBS CSI driver.
const Provisioner = "ebs.csi.aws.com"

// DefaultClassAnnotation marks the class for claims that name none.
const DefaultClassAnnotation = "storageclass.kubernetes.io/is-default-class"

// Ref holds the outputs of the class that others use.
type Ref struct {
	// Name is the name of the StorageClass.
	Name pulumi.StringOutput `pulumi:"name"`
}

// StorageClass is the component.
type StorageClass struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Name pulumi.StringOutput `pulumi:"name"`

	ref   Ref
	class *storagev1.StorageClass
}

// Ref returns what others need to know of the class.
func (s *StorageClass) Ref() Ref { return s.ref }

// Ready returns what must exist before a claim counts on the class. Depend on
// these and not on the component, whose children the SDK registers in the
// background.
func (s *StorageClass) Ready() []pulumi.Resource { return []pulumi.Resource{s.class} }

// New builds the class.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*StorageClass, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("storage class %q: %w", name, err)
	}
	s := &StorageClass{}
	inputs := pulumi.Map{"name": pulumi.String(in.Name), "reclaimPolicy": pulumi.String(in.ReclaimPolicy)}
	if err := ctx.RegisterComponentResourceV2(Token, name, inputs, s, opts...); err != nil {
		return nil, err
	}
	if err := s.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("storage class %q: %w", name, err)
	}
	return s, contract.Register(ctx, s, s.ref)
}

func (s *StorageClass) create(ctx *pulumi.Context, name string, in *Args) error {
	annotations := pulumi.StringMap{}
	if !in.NotDefault {
		annotations[DefaultClassAnnotation] = pulumi.String("true")
	}
	class, err := storagev1.NewStorageClass(ctx, name+"-class", &storagev1.StorageClassArgs{
		Metadata:             metav1.ObjectMetaArgs{Name: pulumi.String(in.Name), Annotations: annotations},
		Provisioner:          pulumi.String(Provisioner),
		Parameters:           in.parameters(),
		ReclaimPolicy:        pulumi.String(in.ReclaimPolicy),
		VolumeBindingMode:    pulumi.String("WaitForFirstConsumer"),
		AllowVolumeExpansion: pulumi.Bool(true),
	}, pulumi.Parent(s))
	if err != nil {
		return fmt.Errorf("creating class: %w", err)
	}
	s.class, s.ref = class, Ref{Name: class.Metadata.Name().Elem()}
	return nil
}

func (a *Args) parameters() pulumi.StringMap {
	parameters := pulumi.StringMap{
		"type":                      pulumi.String("gp3"),
		"encrypted":                 pulumi.String("true"),
		"csi.storage.k8s.io/fstype": pulumi.String(a.Filesystem),
	}
	if a.KMSKeyARN != nil {
		parameters["kmsKeyId"] = a.KMSKeyARN
	}
	if a.NamespaceTag != "" {
		// The driver fills in the namespace of the claim.
		parameters["tagSpecification_1"] = pulumi.String(a.NamespaceTag + "={{ .PVCNamespace }}")
	}
	return parameters
}
