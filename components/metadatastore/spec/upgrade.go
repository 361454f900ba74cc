package spec

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// CheckUpgrade reports a version that RDS does not reach from the one that is
// deployed, and a new major version that nobody has allowed. path is that of the
// version.
func (m MetadataStore) CheckUpgrade(path *field.Path, deployed string) field.ErrorList {
	was, wanted := parseVersion(deployed), parseVersion(m.EngineVersion)
	switch {
	case wanted.before(was):
		return field.ErrorList{field.Invalid(path, m.EngineVersion,
			fmt.Sprintf("must not be older than the deployed %s: RDS does not go back, but restores a snapshot into a new database", deployed))}
	case wanted.major > was.major && !m.AllowMajorVersionUpgrade:
		return field.ErrorList{field.Invalid(path, m.EngineVersion,
			fmt.Sprintf("is a new major version after the deployed %s and cannot be undone: it needs allowMajorVersionUpgrade", deployed))}
	default:
		return nil
	}
}

// version is one of PostgreSQL; without a minor version RDS takes the newest.
type version struct {
	major, minor int
	pinned       bool
}

// parseVersion reads a version that checkEngineVersion accepts.
func parseVersion(text string) version {
	major, minor, pinned := strings.Cut(text, ".")
	v := version{pinned: pinned}
	v.major, _ = strconv.Atoi(major) // the form was checked
	v.minor, _ = strconv.Atoi(minor)
	return v
}

// before says whether a version is older than another. Of one that is not pinned
// only RDS knows the minor version.
func (v version) before(other version) bool {
	if !v.pinned || !other.pinned {
		return v.major < other.major
	}
	return cmp.Or(cmp.Compare(v.major, other.major), cmp.Compare(v.minor, other.minor)) < 0
}
