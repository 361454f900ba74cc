package account

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// ProvisionerToken and Token are the types of the components in every URN.
const (
	ProvisionerToken = "mlops:index:MetadataStoreProvisioner"
	Token            = "mlops:index:MetadataStoreAccount"
)

// Defaults and bounds of the arguments.
const (
	// DefaultNamespace is that of the metadata store on every substrate.
	DefaultNamespace = "metadata-store"
	// DefaultCLIImage is the image of the AWS CLI, of its publisher.
	DefaultCLIImage = "public.ecr.aws/aws-cli/aws-cli:2.31.21"
	// DefaultConnections is that of an account in a cluster.
	DefaultConnections = postgresql.DefaultConnections
	// MaxConnections is what the smallest class of databases, db.t4g.micro with 1 GiB,
	// admits in all: its memory over 9,531,392 bytes.
	MaxConnections = 112
)

const (
	// app names the objects of the provisioner.
	app = "metadata-store-accounts"
	// httpsPort is where Secrets Manager answers.
	httpsPort = 443
	// everywhere is where Secrets Manager may be: its addresses change, and an
	// interface endpoint has one in the VPC.
	everywhere = "0.0.0.0/0"
)

func (a *ProvisionerArgs) withDefaults() *ProvisionerArgs {
	in := a.clone()
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	in.Image = cmp.Or(in.Image, postgresql.Images()[spec.DefaultEngineVersion])
	in.CLIImage = cmp.Or(in.CLIImage, DefaultCLIImage)
	return in
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Connections = cmp.Or(in.Connections, DefaultConnections)
	return &in
}
