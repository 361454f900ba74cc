package spec

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/robfig/cron/v3"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// ReservedNames are namespaces that belong to the platform or to its add-ons.
// Every name that starts with "kube-" is reserved too.
func ReservedNames() []string {
	return []string{
		"amazon-cloudwatch", "amazon-guardduty", "argo", "argo-rollouts", "argocd", "aws-load-balancer-controller",
		"aws-observability", "cert-manager", "default", "external-dns", "external-secrets", "gatekeeper-system",
		"gpu-operator", "grafana", "ingress-nginx", "istio-system", "karpenter", "keda", "kserve", "kubeflow", "kueue-system",
		"kyverno", "logging", "loki", "metadata", "metadata-store", "minio", "mlflow", "monitoring", "object-store", "platform",
		"postgresql", "prometheus", "velero",
	}
}

// CheckName reports a name that cannot be, or must not become, a namespace.
func CheckName(path *field.Path, name string) field.ErrorList {
	switch {
	case name == "":
		return field.ErrorList{field.Required(path, "the name of the tenant, which is also its namespace")}
	case strings.HasPrefix(name, "kube-") || slices.Contains(ReservedNames(), name):
		return field.ErrorList{field.Invalid(path, name, "must not be a namespace of the platform")}
	default:
		return names.CheckTenant(path, name)
	}
}

// Check reports a minimum below 1 or above the maximum, and a target that no
// CPU use reaches or that every use does.
func (r Replicas) Check(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if r.Min < 1 {
		list = append(list, field.Invalid(path.Child("min"), r.Min, "must be >= 1"))
	}
	if r.Max < r.Min {
		list = append(list, field.Invalid(path.Child("max"), r.Max, fmt.Sprintf("must be >= %s (%d)", path.Child("min"), r.Min)))
	}
	if r.TargetCPUPercent < 1 || r.TargetCPUPercent > 100 {
		list = append(list, field.Invalid(path.Child("targetCPUPercent"), r.TargetCPUPercent, "must be from 1 to 100"))
	}
	return list
}

// CheckSchedule reports a schedule that is neither OnDemand nor one that
// Kubernetes accepts. It is read by the parser Kubernetes uses.
func CheckSchedule(path *field.Path, schedule string) field.ErrorList {
	if schedule == OnDemand {
		return nil
	}
	// Kubernetes refuses a zone inside the schedule, and the parser panics on half a one.
	valid := !strings.Contains(schedule, "TZ")
	if valid {
		_, err := cron.ParseStandard(schedule)
		valid = err == nil
	}
	if !valid {
		return field.ErrorList{field.Invalid(path, schedule,
			fmt.Sprintf(`must be %q or a cron schedule such as "0 3 * * 1" (minute, hour, day, month, weekday)`, OnDemand))}
	}
	return nil
}

// CheckPort reports a port that an unprivileged process cannot listen on.
func CheckPort(path *field.Path, port int) field.ErrorList {
	if port >= 1024 && port <= 65535 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, port, "must be from 1024 to 65535: containers do not run as root")}
}

// ReservedEnv are variables the platform sets itself.
func ReservedEnv() []string {
	return []string{
		"CHECKPOINT_DIR", "HOME", "MODELS_URI", "MODEL_KIND", "MODEL_SEED", "MODEL_URI", "OBJECT_PREFIX", "PORT",
		"PROCESSED_URI", "RAW_URI", "TENANT",
	}
}

// CheckEnvName reports a name that is not one of an environment variable, or
// that the platform sets itself.
func CheckEnvName(path *field.Path, name string) field.ErrorList {
	switch {
	case len(kubevalidation.IsCIdentifier(name)) > 0:
		return field.ErrorList{field.Invalid(path, name, "must be a name of letters, digits and '_' that does not start with a digit")}
	case slices.Contains(ReservedEnv(), name):
		return field.ErrorList{field.Forbidden(path, "set by the platform")}
	default:
		return nil
	}
}

// Check reports names that would give a role to everybody, to the cluster's
// own parts, or to nobody.
func (p People) Check(path *field.Path) field.ErrorList {
	return append(p.Viewers.check(path.Child("viewers")), p.Editors.check(path.Child("editors"))...)
}

func (s Subjects) check(path *field.Path) field.ErrorList {
	return append(checkSubjects(path.Child("groups"), s.Groups), checkSubjects(path.Child("users"), s.Users)...)
}

func checkSubjects(path *field.Path, names []string) field.ErrorList {
	var list field.ErrorList
	for i, name := range names {
		switch at := path.Index(i); {
		case strings.TrimSpace(name) != name || name == "":
			list = append(list, field.Invalid(at, name, "must be a name without spaces around it"))
		case strings.HasPrefix(name, "system:"):
			list = append(list, field.Invalid(at, name, `must not start with "system:": such groups and users belong to Kubernetes`))
		case slices.Contains(names[:i], name):
			list = append(list, field.Duplicate(at, name))
		}
	}
	return list
}

// Check reports a range that is none or holds every address, and missing or
// impossible ports.
func (e Egress) Check(path *field.Path) field.ErrorList {
	list := validation.Required(path, e, "")
	if e.CIDR != "" {
		list = append(list, checkRange(path.Child("cidr"), e.CIDR)...)
	}
	for i, port := range e.Ports {
		if port < 1 || port > 65535 {
			list = append(list, field.Invalid(path.Child("ports").Index(i), port, "must be from 1 to 65535"))
		}
	}
	return list
}

// instanceMetadata is where a node gets its own credentials.
var instanceMetadata = netip.MustParseAddr("169.254.169.254")

// checkRange reports what CheckCIDR does, and ranges so wide that they hold
// every address or the node's own credentials.
func checkRange(path *field.Path, text string) field.ErrorList {
	if list := CheckCIDR(path, text); len(list) > 0 {
		return list
	}
	switch prefix := netip.MustParsePrefix(text); {
	case prefix.Bits() == 0:
		return field.ErrorList{field.Invalid(path, text, "must not be every address: name the ranges that are needed")}
	case prefix.Contains(instanceMetadata):
		return field.ErrorList{field.Invalid(path, text, "must not hold "+instanceMetadata.String()+", where nodes get their credentials")}
	default:
		return nil
	}
}

// CheckCIDR reports text that is not a range of addresses in canonical form.
func CheckCIDR(path *field.Path, text string) field.ErrorList {
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return field.ErrorList{field.Invalid(path, text, `must be a CIDR such as "203.0.113.0/24"`)}
	case prefix.Masked() != prefix:
		return field.ErrorList{field.Invalid(path, text, fmt.Sprintf("must not have bits behind the mask; did you mean %s?", prefix.Masked()))}
	default:
		return nil
	}
}
