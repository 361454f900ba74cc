package awsenv

import (
	"fmt"
	"regexp"
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// NamespaceTag is the condition key of the session tag that EKS Pod Identity sets
// to the namespace of a pod. What tenants may reach in AWS rests on it.
const NamespaceTag = "aws:PrincipalTag/kubernetes-namespace"

// maxNodeLabel is how many characters the EKS API takes for the key, with its
// prefix, and for the value of a label or taint. Kubernetes allows longer keys.
const maxNodeLabel = 63

var (
	minorPattern    = regexp.MustCompile(`^1\.([1-9][0-9])$`)
	databasePattern = regexp.MustCompile(`^db\.([a-z]+)([0-9]+)[a-z]*\.(micro|small|medium|large|([2-9]|[1-9][0-9])?xlarge)$`)
)

// KubernetesMinor reads a version of Kubernetes such as "1.35" as EKS spells it,
// without a patch.
func KubernetesMinor(version string) (int, bool) {
	parts := minorPattern.FindStringSubmatch(version)
	if parts == nil {
		return 0, false
	}
	minor, err := strconv.Atoi(parts[1])
	return minor, err == nil
}

// CheckNodeLabel reports a label that Kubernetes takes and the EKS API does not.
func CheckNodeLabel(path *field.Path, key, value string) field.ErrorList {
	list := CheckNodeKey(path, key)
	if value == "" {
		list = append(list, field.Invalid(path, value, "must not be empty, as EKS demands of labels"))
	}
	return list
}

// CheckNodeKey reports the key of a label or taint that Kubernetes takes and the
// EKS API does not.
func CheckNodeKey(path *field.Path, key string) field.ErrorList {
	if len(key) <= maxNodeLabel {
		return nil
	}
	return field.ErrorList{field.Invalid(path, key, fmt.Sprintf("must be at most %d characters with its prefix, as EKS demands", maxNodeLabel))}
}

// oldDatabaseGenerations are the last generations of RDS instance classes that
// are too old for PostgreSQL 16 and later.
var oldDatabaseGenerations = map[string]int{"t": 2, "m": 4, "r": 4}

// IsDatabaseClass says whether the text has the form of an RDS instance class,
// such as "db.t4g.small", of a generation that runs PostgreSQL 16 and later.
func IsDatabaseClass(text string) bool {
	parts := databasePattern.FindStringSubmatch(text)
	if parts == nil {
		return false
	}
	generation, err := strconv.Atoi(parts[2])
	return err == nil && generation > oldDatabaseGenerations[parts[1]]
}
