package postgresql

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/internal/datastore"
)

// Token and AccountToken are the types of the components in every URN.
const (
	Token        = "mlops:index:PostgreSQL"
	AccountToken = "mlops:index:PostgreSQLAccount"
)

// Port is the TCP port, PostgreSQL's own default.
const Port = 5432

// Defaults of Args and AccountArgs.
const (
	DefaultNamespace = "metadata-store"
	// DefaultStorageSize fits a laptop.
	DefaultStorageSize = "10Gi"
	// DefaultVersion is the one of components/metadatastore.
	DefaultVersion = "17"
	// DefaultConnections is what two pools of ten need.
	DefaultConnections = 20
	// MaxConnections is what the server admits in all, see postgresql.conf.
	MaxConnections = 200
)

// Images maps the major versions to the official image of each.
func Images() map[string]string {
	return map[string]string{
		"17": "docker.io/library/postgres:17.11-bookworm",
		"18": "docker.io/library/postgres:18.6-bookworm",
	}
}

const (
	// app is the name of the objects of the server.
	app = "postgresql"
	// adminSecret holds the certificate and the password of the administrator.
	adminSecret = "postgresql-admin"
	adminUser   = "postgres"
	// userID is the user "postgres" of the official image: initdb refuses a user
	// that the image does not know.
	userID = 999
)

// PodLabels are on the pods of the server, for policies that admit traffic to it.
func PodLabels() map[string]string { return datastore.ServerLabels(app) }

func (a *Args) withDefaults() *Args {
	in := a.clone()
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	in.StorageSize = cmp.Or(in.StorageSize, DefaultStorageSize)
	in.Version = cmp.Or(in.Version, DefaultVersion)
	in.Image = cmp.Or(in.Image, Images()[in.Version])
	return in
}

func (a *AccountArgs) withDefaults() *AccountArgs {
	in := AccountArgs{}
	if a != nil {
		in = *a
	}
	in.Connections = cmp.Or(in.Connections, DefaultConnections)
	return &in
}
