package settings

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxVolumeGiB is the largest volume common storage systems offer.
const maxVolumeGiB = 65536

var (
	contextPattern    = regexp.MustCompile(`^[^\s\pC]([^\n\pC]*[^\s\pC])?$`)
	kubeconfigPattern = regexp.MustCompile(`^[^~\s\pC][^\n\pC]*$`)
	registryPattern   = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)
)

func (p *Platform) validateKubernetes(c *checker) {
	p.Kubernetes.validate(c, field.NewPath("kubernetes"))
	p.Logs.validateInCluster(c, field.NewPath("logs"))
	p.Registry.validateURL(c, field.NewPath("registry", "url"))
	c.between(field.NewPath("objectStore", "storageGiB"), p.ObjectStore.StorageGiB, 1, maxVolumeGiB)
	c.between(field.NewPath("metadataStore", "storageGiB"), p.MetadataStore.StorageGiB, 1, maxVolumeGiB)
	if version := p.MetadataStore.EngineVersion; enginePattern.MatchString(version) && version != DefaultEngineVersion {
		c.add(field.Invalid(field.NewPath("metadataStore", "engineVersion"), version,
			fmt.Sprintf("must be %q: the image of the server fixes the minor version", DefaultEngineVersion)))
	}
	if server := p.Addons.MetricsServer; server.InsecureKubeletTLS && !server.Enabled {
		c.add(field.Forbidden(field.NewPath("addons", "metricsServer", "insecureKubeletTls"), "needs addons.metricsServer.enabled"))
	}
}

func (k Kubernetes) validate(c *checker, at *field.Path) {
	c.match(at.Child("context"), k.Context, contextPattern, "must be the name of a context")
	c.match(at.Child("kubeconfig"), k.Kubeconfig, kubeconfigPattern,
		"must be the path of a file; ~ is not expanded, leave the key out for the usual places")
	if k.StorageClass != "" {
		c.name(at.Child("storageClass"), k.StorageClass, validation.IsDNS1123Subdomain)
	}
	if k.Ingress == nil {
		return
	}
	ingress := at.Child("ingress")
	if k.Ingress.ClassName != "" {
		c.name(ingress.Child("className"), k.Ingress.ClassName, validation.IsDNS1123Subdomain)
	}
	if k.Ingress.Namespace != "" {
		c.name(ingress.Child("namespace"), k.Ingress.Namespace, validation.IsDNS1123Label)
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
