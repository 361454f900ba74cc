package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/robfig/cron/v3"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

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
	return validation.CronComes(path, schedule)
}

// CheckPort reports a port that an unprivileged process cannot listen on.
func CheckPort(path *field.Path, port int) field.ErrorList {
	if port >= 1024 && port <= 65535 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, port, "must be from 1024 to 65535: containers do not run as root")}
}

// CheckHost reports what is no DNS name of at least two labels.
func CheckHost(path *field.Path, host string) field.ErrorList {
	if validation.IsHost(host) && strings.Contains(host, ".") {
		return nil
	}
	return field.ErrorList{field.Invalid(path, host, `must be a DNS name such as "fraud.example.com", each part of at most 63 characters`)}
}

// maxEnv is the longest "NAME=value" with which Linux starts a program, without
// the zero at its end: MAX_ARG_STRLEN, 32 pages of 4 KiB.
const maxEnv = 32*4096 - 1

// maxEnvTotal leaves room for the rest of an object below the 1.5 MiB that etcd takes.
const maxEnvTotal = 1 << 20

// CheckEnvSize reports variables with which no container starts, and such as make
// an object that Kubernetes cannot store.
func CheckEnvSize(path *field.Path, env map[string]string) field.ErrorList {
	var list field.ErrorList
	total := 0
	for name, value := range env {
		size := len(name) + len("=") + len(value)
		total += size
		if size > maxEnv {
			list = append(list, tooMuch(path.Key(name), size, fmt.Sprintf(
				"at most %d with its name, as Linux demands: put it into a file of a bucket", maxEnv)))
		}
	}
	if total > maxEnvTotal {
		list = append(list, tooMuch(path, total, fmt.Sprintf("at most %d altogether: Kubernetes stores no larger object", maxEnvTotal)))
	}
	return list
}

// CheckWords reports words of a command with which no container starts.
func CheckWords(path *field.Path, words []string) field.ErrorList {
	var list field.ErrorList
	for i, word := range words {
		if size := len(word); size > maxEnv {
			list = append(list, tooMuch(path.Index(i), size, fmt.Sprintf("at most %d, as Linux demands: put it into a file of a bucket", maxEnv)))
		}
	}
	return list
}

// tooMuch does not repeat what is too long.
func tooMuch(path *field.Path, size int, rule string) *field.Error {
	return field.Invalid(path, fmt.Sprintf("%d bytes", size), "must be "+rule)
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

func checkSubjects(path *field.Path, subjects []string) field.ErrorList {
	var list field.ErrorList
	for i, name := range subjects {
		switch at := path.Index(i); {
		case strings.TrimSpace(name) != name || name == "":
			list = append(list, field.Invalid(at, name, "must be a name without spaces around it"))
		case names.CheckGroup(name) != "":
			list = append(list, field.Invalid(at, name, names.CheckGroup(name)))
		case slices.Contains(subjects[:i], name):
			list = append(list, field.Duplicate(at, name))
		}
	}
	return list
}
