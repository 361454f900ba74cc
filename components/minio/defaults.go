package minio

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/minio/spec"
	objectstorespec "github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

// Token and AccountToken are the types of the components in every URN.
const (
	Token        = "mlops:index:MinIO"
	AccountToken = "mlops:index:MinIOAccount"
)

// Port is the TCP port of the S3 API, MinIO's own default.
const Port = 9000

// Region is the region that clients sign for, MinIO's own default.
const Region = "us-east-1"

// Defaults of Args.
const (
	DefaultNamespace = "object-store"
	// DefaultImage and DefaultClientImage are the last images that MinIO
	// published. Later releases exist as source only, and Docker Hub no longer
	// has any; the digests are those it had.
	DefaultImage       = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z@sha256:14cea493d9a34af32f524e538b8346cf79f3321eff8e708c1e2960462bd8936e"
	DefaultClientImage = "quay.io/minio/mc:RELEASE.2025-08-13T08-35-41Z@sha256:a7fe349ef4bd8521fb8497f55c6042871b2ae640607cf99d9bede5e9bdf11727"
)

// DefaultBuckets are the roles that components/objectstore has.
func DefaultBuckets() []string { return objectstorespec.Role("").Values() }

const (
	// app is the name of the objects of the server.
	app = "minio"
	// rootSecret holds the certificate and the root credential.
	rootSecret = "minio-root"
	rootUser   = "root"
	// userID does not exist on nodes, and needs not exist in the image.
	userID = 65532
)

// PodLabels are on the pods of the server, for policies that admit traffic to it.
func PodLabels() map[string]string { return datastore.ServerLabels(app) }

func (a *Args) withDefaults() *Args {
	in := a.clone()
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	defaults.Fill(&in.MinIO, spec.Default())
	in.NoncurrentVersionDays = cmp.Or(in.NoncurrentVersionDays, objectstorespec.DefaultNoncurrentVersionDays)
	in.Image = cmp.Or(in.Image, DefaultImage)
	in.ClientImage = cmp.Or(in.ClientImage, DefaultClientImage)
	if len(in.Buckets) == 0 {
		in.Buckets = DefaultBuckets()
	}
	return in
}
