package validation

import (
	"slices"
	"strings"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
)

// IsHost says whether the text is a DNS name. Kubernetes' own rule for names of
// objects, and for hosts of Ingresses, allows labels longer than the 63
// characters of DNS.
func IsHost(text string) bool {
	long := func(label string) bool { return len(label) > kubevalidation.DNS1123LabelMaxLength }
	return len(kubevalidation.IsDNS1123Subdomain(text)) == 0 && !slices.ContainsFunc(strings.Split(text, "."), long)
}
