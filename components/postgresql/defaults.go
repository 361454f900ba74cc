package postgresql

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/internal/datastore"
	metadatastorespec "github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/components/postgresql/spec"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
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
	// DefaultConnections is enough for two pools of ten.
	DefaultConnections = 20
	// MaxConnections is the limit of the server in all, see postgresql.conf.
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
	defaults.Fill(&in.PostgreSQL, spec.Default())
	in.EngineVersion = cmp.Or(in.EngineVersion, metadatastorespec.DefaultEngineVersion)
	in.Image = cmp.Or(in.Image, Images()[in.EngineVersion])
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
