package settings

import (
	"fmt"
	"regexp"
	"strings"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	metadatastorespec "github.com/mlops-iac/mlops/components/metadatastore/spec"
	objectstorespec "github.com/mlops-iac/mlops/components/objectstore/spec"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
)

var (
	contextPattern    = regexp.MustCompile(`^[^\s\pC]([^\n\pC]*[^\s\pC])?$`)
	kubeconfigPattern = regexp.MustCompile(`^[^~\s\pC][^\n\pC]*$`)
	registryPattern   = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)
)

func (p *Platform) validateKubernetes(c *checker) {
	p.Kubernetes.validate(c, field.NewPath("kubernetes"))
	p.Logs.validateInCluster(c, field.NewPath("logs"))
	p.Registry.validateURL(c, field.NewPath("registry", "url"))
	c.add(p.Registry.CheckRepositories(field.NewPath("registry"))...)
	p.ObjectStore.validateInCluster(c, field.NewPath("objectStore"))
	p.MetadataStore.validateInCluster(c, field.NewPath("metadataStore"))
}

func (o ObjectStore) validateInCluster(c *checker, at *field.Path) {
	c.add(o.MinIO.Check(at)...)
	c.add(objectstorespec.CheckNoncurrentVersionDays(at.Child("noncurrentVersionDays"), o.NoncurrentVersionDays)...)
}

func (m MetadataStore) validateInCluster(c *checker, at *field.Path) {
	c.add(m.PostgreSQL.Check(at)...)
	if m.EngineVersion != metadatastorespec.DefaultEngineVersion {
		c.add(field.Invalid(at.Child("engineVersion"), m.EngineVersion,
			fmt.Sprintf("must be %q: the image of the server fixes the minor version", metadatastorespec.DefaultEngineVersion)))
	}
}

func (k Kubernetes) validate(c *checker, at *field.Path) {
	c.match(at.Child("context"), k.Context, contextPattern, "must be the name of a context")
	c.match(at.Child("kubeconfig"), k.Kubeconfig, kubeconfigPattern,
		"must be the path of a file; ~ is not expanded, leave the key out for the usual places")
	if k.StorageClass != "" {
		c.name(at.Child("storageClass"), k.StorageClass, kubevalidation.IsDNS1123Subdomain)
	}
	c.add(k.DNS.Check(at.Child("dns"))...)
	if k.Ingress == nil {
		return
	}
	ingress := at.Child("ingress")
	if k.Ingress.ClassName != "" {
		c.name(ingress.Child("className"), k.Ingress.ClassName, kubevalidation.IsDNS1123Subdomain)
	}
	if k.Ingress.Namespace != "" {
		c.name(ingress.Child("namespace"), k.Ingress.Namespace, kubevalidation.IsDNS1123Label)
	}
	for i, cidr := range k.Ingress.CIDRs {
		c.add(tenantspec.CheckSource(ingress.Child("cidrs").Index(i), cidr)...)
	}
}

// name checks a name by a rule of Kubernetes.
func (c *checker) name(at *field.Path, value string, rule func(string) []string) {
	if broken := rule(value); len(broken) > 0 {
		c.add(field.Invalid(at, value, strings.Join(broken, "; ")))
	}
}

// validateURL demands a host that container runtimes tell from a path on
// Docker Hub.
func (r Registry) validateURL(c *checker, at *field.Path) {
	c.match(at, r.URL, registryPattern, "must be a registry without https://, such as ghcr.io/example")
	host, _, _ := strings.Cut(r.URL, "/")
	if registryPattern.MatchString(r.URL) && !strings.ContainsAny(host, ".:") && host != "localhost" {
		c.add(field.Invalid(at, r.URL, "must begin with the host of a registry, such as ghcr.io/example"))
	}
}
