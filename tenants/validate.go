package tenants

import (
	"net/url"
	"regexp"
	"strings"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// maxDisplayName is what a dashboard's selector shows without cutting.
const maxDisplayName = 64

// maxDeadlineHours is a week: longer training belongs into several jobs that
// resume from checkpoints.
const maxDeadlineHours = 168

var (
	tagPattern    = regexp.MustCompile(`^` + spec.TagPattern + `$`)
	digestPattern = regexp.MustCompile(`^` + spec.DigestPattern + `$`)
	// modelPattern is a full URI or a path without empty or dot components.
	modelPattern = regexp.MustCompile(`^((s3|https)://[^\s/]+/\S+|[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*)$`)
)

// Validate returns every error of the tenant. Load has done so already.
func (t Tenant) Validate() field.ErrorList {
	root := func(key string) *field.Path { return field.NewPath(key) }
	list := append(validation.Required(nil, t, ""), spec.CheckName(root("name"), t.Name)...)
	list = append(list, t.validateOwnership()...)
	if !t.Image.IsZero() {
		list = append(list, t.Image.validate(root("image"))...)
	}
	list = append(list, t.validateModelURI(field.NewPath("model", "uri"))...)
	list = append(list, validation.Supported(field.NewPath("model", "kind"), t.Model.Kind)...)
	list = append(list, t.Replicas.Check(root("replicas"))...)
	list = append(list, t.Resources.Check(root("resources"))...)
	list = append(list, spec.CheckPort(root("port"), t.Port)...)
	list = append(list, validateEnv(root("env"), t.Env)...)
	list = append(list, t.Quota.Check(root("quota"), t.demand())...)
	list = append(list, t.LimitRange.Check(root("limitRange"))...)
	list = append(list, t.People.validate(root("people"))...)
	list = append(list, t.validateTraining(root("training"))...)
	for i, egress := range t.Network.Egress {
		list = append(list, egress.Check(field.NewPath("network", "egress").Index(i))...)
	}
	return append(list, t.Ingress.validate(root("ingress"))...)
}

// validateModelURI demands of the platform's own image what its server can open.
func (t Tenant) validateModelURI(path *field.Path) field.ErrorList {
	uri := t.Model.URI
	switch own := t.Image.Repository == names.InferenceRepository; {
	case uri == "":
		return nil
	case !modelPattern.MatchString(uri):
		return field.ErrorList{field.Invalid(path, uri, `must be a path such as "churn/2025-06-01", or start with "s3://" or "https://"`)}
	case own && !opens(uri):
		return field.ErrorList{field.Invalid(path, uri,
			`must be a path such as "churn/2025-06-01", or start with "s3://", without user, query and fragment: the image of the platform opens no others`)}
	default:
		return nil
	}
}

// opens says whether services/inference opens the URI.
func opens(uri string) bool {
	location, err := url.Parse(uri)
	return err == nil && location.Scheme != "https" && location.RawQuery == "" && location.Fragment == "" && location.User == nil
}

func (t Tenant) validateOwnership() field.ErrorList {
	var list field.ErrorList
	if len(t.DisplayName) > maxDisplayName {
		list = append(list, field.TooLong(field.NewPath("displayName"), t.DisplayName, maxDisplayName))
	}
	list = append(list, validation.Emails(field.NewPath("owners"), t.Owners)...)
	if len(kubevalidation.IsValidLabelValue(t.CostCenter)) > 0 {
		list = append(list, field.Invalid(field.NewPath("costCenter"), t.CostCenter,
			"must be at most 63 letters, digits, '-', '_' and '.', first and last a letter or digit: it becomes a label"))
	}
	if t.Budget.MonthlyUSD < 0 {
		list = append(list, field.Invalid(field.NewPath("budget", "monthlyUSD"), t.Budget.MonthlyUSD, "must be >= 0 US dollars; 0 is no budget"))
	}
	if strings.ContainsAny(t.Contact, "\r\n") {
		list = append(list, field.Invalid(field.NewPath("contact"), t.Contact, "must be one line"))
	}
	return list
}

func (i Image) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	switch {
	case i.Repository == "":
		list = append(list, field.Required(path.Child("repository"), `a repository of the platform, or a full one such as "ghcr.io/example/server"`))
	case !spec.IsRepository(i.Repository):
		list = append(list, field.Invalid(path.Child("repository"), i.Repository,
			"must be lower-case words joined by '/', with the host of the registry in front where it is not the platform's, and without a tag"))
	}
	switch {
	case i.Tag == "" && i.Digest == "":
		list = append(list, field.Required(path.Child("tag"), "a fixed version, or a digest"))
	case strings.EqualFold(i.Tag, "latest"):
		list = append(list, field.Invalid(path.Child("tag"), i.Tag, "must be a fixed version: nobody knows what runs, and nobody can go back"))
	case i.Tag != "" && !tagPattern.MatchString(i.Tag):
		list = append(list, field.Invalid(path.Child("tag"), i.Tag, "must be at most 128 letters, digits, '_', '.' and '-', the first not '.' or '-'"))
	}
	if i.Digest != "" && !digestPattern.MatchString(i.Digest) {
		list = append(list, field.Invalid(path.Child("digest"), i.Digest, `must be "sha256:" and 64 hexadecimal digits`))
	}
	return list
}

func validateEnv(path *field.Path, env map[string]string) field.ErrorList {
	var list field.ErrorList
	for name := range env {
		list = append(list, spec.CheckEnvName(path.Key(name), name)...)
	}
	return append(list, spec.CheckEnvSize(path, env)...)
}

// validateTraining looks at a job that is not enabled too: it will be one day,
// and then on the stack where mistakes cost most.
func (t Tenant) validateTraining(path *field.Path) field.ErrorList {
	job := t.Training
	list := spec.CheckSchedule(path.Child("schedule"), job.Schedule)
	if !job.Image.IsZero() {
		list = append(list, job.Image.validate(path.Child("image"))...)
	}
	list = append(list, validateEnv(path.Child("env"), job.Env)...)
	list = append(list, spec.CheckWords(path.Child("command"), job.Command)...)
	list = append(list, spec.CheckWords(path.Child("args"), job.Args)...)
	if job.GPUs < 0 {
		list = append(list, field.Invalid(path.Child("gpus"), job.GPUs, "must be >= 0"))
	}
	list = append(list, job.Resources.Check(path.Child("resources"))...)
	list = append(list, t.LimitRange.CheckVolume(path.Child("checkpointStorage"), job.CheckpointStorage, "limitRange.maxVolumeSize")...)
	list = append(list, validation.Supported(path.Child("checkpointAccessMode"), job.CheckpointAccessMode)...)
	if job.DeadlineHours < 1 || job.DeadlineHours > maxDeadlineHours {
		list = append(list, field.Invalid(path.Child("deadlineHours"), job.DeadlineHours, "must be from 1 to 168"))
	}
	return list
}

func (i Ingress) validate(path *field.Path) field.ErrorList {
	host, list := path.Child("host"), spec.CheckPaths(path.Child("paths"), i.Paths)
	switch {
	case i.Host == "" && i.Enabled:
		return append(list, field.Required(host, "the DNS name the Ingress answers to"))
	case i.Host != "":
		return append(list, spec.CheckHost(host, i.Host)...)
	default:
		return list
	}
}
