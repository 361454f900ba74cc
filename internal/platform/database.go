package platform

import (
	"path"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// metadataStoreCA is the file with the authority that signed the certificate of
// the metadata store.
const metadataStoreCA = "metadata-store-ca.crt"

// databaseVariables are the variables that libpq reads by itself, but for a password.
func databaseVariables(host pulumi.StringInput, port int, user, database pulumi.StringInput) pulumi.StringMap {
	return pulumi.StringMap{
		"PGHOST":        host,
		"PGPORT":        pulumi.String(strconv.Itoa(port)),
		"PGUSER":        user,
		"PGDATABASE":    database,
		"PGSSLMODE":     pulumi.String("verify-full"),
		"PGSSLROOTCERT": pulumi.String(path.Join(tenant.CredentialsPath, metadataStoreCA)),
	}
}

// checkStoreVariables reports variables of a tenant that the platform sets for it.
func checkStoreVariables(s settings.Platform, at *field.Path, t tenants.Tenant, set pulumi.StringMap) field.ErrorList {
	var list field.ErrorList
	for _, own := range []struct {
		path *field.Path
		env  map[string]string
	}{{at.Child("env"), t.Env}, {at.Child("training", "env"), t.Training.Env}} {
		for name := range set {
			if _, taken := own.env[name]; taken {
				list = append(list, field.Forbidden(own.path.Key(name), "set by the platform on substrate "+string(s.Substrate)))
			}
		}
	}
	return list
}
