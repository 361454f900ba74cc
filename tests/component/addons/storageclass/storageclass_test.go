package storageclass_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/storageclass"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

const class = "kubernetes:storage.k8s.io/v1:StorageClass"

func run(t *testing.T, args *storageclass.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, func(ctx *pulumi.Context) error {
		s, err := storageclass.New(ctx, "storage", args)
		if err != nil {
			return err
		}
		ctx.Export("name", s.Ref().Name)
		return nil
	})
}

func TestClass(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.StorageClass())
	require.Len(t, recorder.Resources(), 2, "the component and the class")
	r := recorder.One(t, class, "storage-class")
	assert.Equal(t, storageclass.Token, r.ParentType)
	want := map[string]any{
		"metadata.name":        "gp3",
		"metadata.annotations": map[string]any{"storageclass.kubernetes.io/is-default-class": "true"},
		"provisioner":          "ebs.csi.aws.com",
		"parameters": map[string]any{
			"type": "gp3", "encrypted": "true", "csi.storage.k8s.io/fstype": "ext4",
			"kmsKeyId": "arn:aws:kms:eu-west-1:111111111111:key/volumes",
		},
		"reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true,
	}
	for path, value := range want {
		assert.Equal(t, value, r.Prop(path), path)
	}
}

func TestNilArgsAreEncryptedWithTheAccountKey(t *testing.T) {
	t.Parallel()
	r := run(t, nil).One(t, class, "storage-class")
	assert.Equal(t, "true", r.Prop("parameters.encrypted"))
	assert.Nil(t, r.Prop("parameters.kmsKeyId"))
}

func TestOptions(t *testing.T) {
	t.Parallel()
	r := run(t, &storageclass.Args{
		Name: "slow", ReclaimPolicy: storageclass.Retain, Filesystem: "xfs", NotDefault: true,
	}).One(t, class, "storage-class")
	assert.Equal(t, "slow", r.Prop("metadata.name"))
	assert.Equal(t, "Retain", r.Prop("reclaimPolicy"))
	assert.Equal(t, map[string]any{"type": "gp3", "encrypted": "true", "csi.storage.k8s.io/fstype": "xfs"}, r.Prop("parameters"))
	assert.NotContains(t, r.Prop("metadata.annotations"), storageclass.DefaultClassAnnotation)
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(storageclass.New, "storage", &storageclass.Args{
		Name: "GP3!", ReclaimPolicy: "Keep", Filesystem: "zfs",
	}))
	require.ErrorContains(t, err, `storage class "storage": 3 errors:`)
	require.ErrorContains(t, err, `filesystem: Unsupported value: "zfs": supported values: "ext4", "xfs"`)
	require.ErrorContains(t, err, `name: Invalid value: "GP3!": a lowercase RFC 1123 subdomain`)
	require.ErrorContains(t, err, `reclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Retain"`)
}

func TestVolumesAreTaggedWithTheirNamespace(t *testing.T) {
	t.Parallel()
	r := run(t, &storageclass.Args{NamespaceTag: "mlops.io/tenant"}).One(t, class, "storage-class")
	assert.Equal(t, "mlops.io/tenant={{ .PVCNamespace }}", r.Prop("parameters.tagSpecification_1"))
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &storageclass.StorageClass{}, storageclass.Args{}, storageclass.Token)
}

// A class of encrypted volumes that survive their claims.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		class, err := storageclass.New(ctx, "storage", &storageclass.Args{
			Name:          "kept",
			KMSKeyARN:     pulumi.String("arn:aws:kms:eu-west-1:111111111111:key/volumes"),
			ReclaimPolicy: storageclass.Retain,
			NotDefault:    true,
		})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"name": class.Name}, nil
	})
	// Output:
	// name: kept
}
