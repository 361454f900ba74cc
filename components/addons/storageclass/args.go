package storageclass

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Args configures the class. Nil is valid.
type Args struct {
	// NamespaceTag is the key of a tag with the namespace of its claim on every
	// volume, by which bills are told apart; default none. A class cannot change:
	// another key replaces it.
	NamespaceTag string `pulumi:"namespaceTag"`
	// KMSKeyARN is the customer key that encrypts the volumes; default the
	// account's key for EBS. The role of the EBS CSI driver must be allowed to
	// use it.
	KMSKeyARN pulumi.StringInput `pulumi:"kmsKeyArn"`
	// Name is the name claims use; default DefaultName.
	Name string `pulumi:"name"`
	// ReclaimPolicy says what becomes of a volume when its claim goes; default
	// DefaultReclaimPolicy.
	ReclaimPolicy ReclaimPolicy `pulumi:"reclaimPolicy"`
	// Filesystem of the volumes; default DefaultFilesystem.
	Filesystem string `pulumi:"filesystem"`
	// NotDefault leaves the class to claims that name it. A cluster should
	// have exactly one default class.
	NotDefault bool `pulumi:"notDefault"`
}

// ReclaimPolicy says what becomes of a volume when its claim goes.
type ReclaimPolicy string

// The reclaim policies of Kubernetes.
const (
	Delete ReclaimPolicy = "Delete"
	Retain ReclaimPolicy = "Retain"
)

const (
	// DefaultName is the volume type, as EKS users know it.
	DefaultName = "gp3"
	// DefaultReclaimPolicy is Kubernetes' own: a volume nobody claims is a bill
	// nobody reads.
	DefaultReclaimPolicy = Delete
	// DefaultFilesystem is the default of the EBS CSI driver.
	DefaultFilesystem = "ext4"
)

func filesystems() []string { return []string{"ext4", "xfs"} }

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Name = cmp.Or(in.Name, DefaultName)
	in.ReclaimPolicy = cmp.Or(in.ReclaimPolicy, DefaultReclaimPolicy)
	in.Filesystem = cmp.Or(in.Filesystem, DefaultFilesystem)
	return &in
}

func (a *Args) validate() error {
	var list field.ErrorList
	if broken := kubevalidation.IsDNS1123Subdomain(a.Name); len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("name"), a.Name, strings.Join(broken, "; ")))
	}
	if a.ReclaimPolicy != Delete && a.ReclaimPolicy != Retain {
		list = append(list, field.NotSupported(field.NewPath("reclaimPolicy"), a.ReclaimPolicy, []ReclaimPolicy{Delete, Retain}))
	}
	if !slices.Contains(filesystems(), a.Filesystem) {
		list = append(list, field.NotSupported(field.NewPath("filesystem"), a.Filesystem, filesystems()))
	}
	list = append(list, known.Check(field.NewPath("kmsKeyArn"), a.KMSKeyARN, awsenv.IsKeyARN, "must be the ARN of a KMS key")...)
	return validation.ToError("", list)
}
