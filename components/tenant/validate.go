package tenant

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// validate returns every error of the plain values.
func (a *Args) validate() error {
	list := spec.CheckName(field.NewPath("name"), a.Name)
	if a.Image == nil {
		list = append(list, field.Required(field.NewPath("image"), "the inference server"))
	}
	list = append(list, validation.OneOf(field.NewPath("modelKind"), a.ModelKind)...)
	list = append(list, checkEnv(field.NewPath("env"), a.Env)...)
	serving := field.NewPath("serving")
	list = append(list, a.Serving.Replicas.Check(serving.Child("replicas"))...)
	list = append(list, a.Serving.Resources.Check(serving.Child("resources"))...)
	list = append(list, spec.CheckPort(serving.Child("port"), a.Serving.Port)...)
	list = append(list, a.Quota.Check(field.NewPath("quota"), a.demand())...)
	list = append(list, a.LimitRange.Check(field.NewPath("limitRange"))...)
	list = append(list, a.People.Check(field.NewPath("people"))...)
	if a.Training != nil {
		list = append(list, a.Training.validate(field.NewPath("training"), a.LimitRange)...)
	}
	list = append(list, a.checkImages()...)
	list = append(list, a.Network.validate(field.NewPath("network"))...)
	list = append(list, a.validateCredentials(field.NewPath("credentials"))...)
	if a.BudgetUSD < 0 {
		list = append(list, field.Invalid(field.NewPath("budgetUsd"), a.BudgetUSD, "must be >= 0 US dollars; 0 is no budget"))
	}
	list = append(list, a.validateRest()...)
	return validation.ToError("", list)
}

// checkImages reports what the API server would refuse when the first pod comes.
func (a *Args) checkImages() field.ErrorList {
	list := a.Admission.Check(field.NewPath("admission"))
	for i, repository := range a.Repositories {
		list = append(list, known.Check(field.NewPath("repositories").Index(i), repository, spec.IsRepository,
			"must be a repository of images, without a tag")...)
	}
	if !a.Admission.RequireDigests {
		return list
	}
	check := func(path *field.Path, image pulumi.StringInput) field.ErrorList {
		return known.Check(path, image, hasDigest, "must name a digest, because of admission.requireDigests")
	}
	list = append(list, check(field.NewPath("image"), a.Image)...)
	if a.Training != nil && a.Training.Image != a.Image {
		list = append(list, check(field.NewPath("training", "image"), a.Training.Image)...)
	}
	return list
}

func hasDigest(image string) bool { return strings.Contains(image, "@sha256:") }

func (a *Args) validateRest() field.ErrorList {
	var list field.ErrorList
	if !slices.Contains([]Placement{PlacementRequired, PlacementPreferred}, a.Placement) {
		list = append(list, field.NotSupported(field.NewPath("placement"), a.Placement,
			[]Placement{PlacementRequired, PlacementPreferred}))
	}
	if a.Ingress != nil {
		host := field.NewPath("ingress", "host")
		if a.Ingress.Host == "" {
			list = append(list, field.Required(host, "the DNS name the Ingress answers to"))
		} else {
			list = append(list, spec.CheckHost(host, a.Ingress.Host)...)
		}
		list = append(list, spec.CheckPaths(field.NewPath("ingress", "paths"), a.Ingress.Paths)...)
	}
	if id := a.Identity; id != nil && (id.ClusterName == nil) != (id.RoleARN == nil) {
		list = append(list, field.Invalid(field.NewPath("identity"), "incomplete", "must have both clusterName and roleArn, or neither"))
	}
	for key, value := range a.Metadata.Labels {
		if len(kubevalidation.IsQualifiedName(key)) > 0 || len(kubevalidation.IsValidLabelValue(value)) > 0 {
			list = append(list, field.Invalid(field.NewPath("metadata", "labels").Key(key), value, "must be a valid label"))
		}
	}
	return list
}

// validateCredentials reports names that would hide each other: a pod takes one
// value of a variable and says nothing of the other.
func (a *Args) validateCredentials(path *field.Path) field.ErrorList {
	if a.Credentials == nil {
		return nil
	}
	list := checkEnv(path.Child("env"), a.Credentials.Env)
	plain := []pulumi.StringMap{a.Env}
	if a.Training != nil {
		plain = append(plain, a.Training.Env)
	}
	for name := range a.Credentials.Env {
		if slices.ContainsFunc(plain, func(env pulumi.StringMap) bool { return env[name] != nil }) {
			list = append(list, field.Invalid(path.Child("env").Key(name), name, "must not be in env as well"))
		}
	}
	for name := range a.Credentials.Files {
		at := path.Child("files").Key(name)
		if len(kubevalidation.IsConfigMapKey(name)) > 0 {
			list = append(list, field.Invalid(at, name, "must be a file name of letters, digits, '.', '-' and '_'"))
		}
		if a.Credentials.Env[name] != nil {
			list = append(list, field.Invalid(at, name, "must not be the name of a variable in env as well"))
		}
	}
	return list
}

// checkEnv checks names, and the values that are given as plain text.
func checkEnv(path *field.Path, env pulumi.StringMap) field.ErrorList {
	var list field.ErrorList
	plain := map[string]string{}
	for name, value := range env {
		list = append(list, spec.CheckEnvName(path.Key(name), name)...)
		if text, ok := known.Text(value); ok {
			plain[name] = text
		}
	}
	return append(list, spec.CheckEnvSize(path, plain)...)
}

// demand is what the component itself starts in the namespace.
func (a *Args) demand() spec.Demand {
	demand := spec.Demand{Replicas: a.Serving.Replicas, Replica: a.Serving.Resources}
	if job := a.Training; job != nil {
		demand.Training = &spec.TrainingDemand{
			Resources: job.Resources, GPUs: job.GPUs, CheckpointStorage: job.CheckpointStorage,
		}
	}
	return demand
}

func (t *Training) validate(path *field.Path, limits spec.LimitRange) field.ErrorList {
	list := spec.CheckSchedule(path.Child("schedule"), t.Schedule)
	list = append(list, checkEnv(path.Child("env"), t.Env)...)
	list = append(list, spec.CheckWords(path.Child("command"), t.Command)...)
	list = append(list, spec.CheckWords(path.Child("args"), t.Args)...)
	if t.GPUs < 0 {
		list = append(list, field.Invalid(path.Child("gpus"), t.GPUs, "must be >= 0"))
	}
	list = append(list, t.Resources.Check(path.Child("resources"))...)
	list = append(list, limits.CheckVolume(path.Child("checkpointStorage"), t.CheckpointStorage, "limitRange.maxVolumeSize")...)
	list = append(list, validation.Supported(path.Child("checkpointAccessMode"), t.CheckpointAccessMode)...)
	if t.DeadlineHours < 1 {
		list = append(list, field.Invalid(path.Child("deadlineHours"), t.DeadlineHours, "must be >= 1"))
	}
	return list
}

func (n Network) validate(path *field.Path) field.ErrorList {
	list := n.Monitoring.validate(path.Child("monitoring"))
	list = append(list, n.IngressController.validate(path.Child("ingressController"))...)
	list = append(list, n.ObjectStore.validate(path.Child("objectStore"))...)
	list = append(list, n.MetadataStore.validate(path.Child("metadataStore"))...)
	list = append(list, n.DNS.Check(path.Child("dns"))...)
	for i, egress := range n.Egress {
		list = append(list, egress.Check(path.Child("egress").Index(i))...)
	}
	return list
}

func (p Peers) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	for i, cidr := range p.CIDRs {
		list = append(list, spec.CheckCIDR(path.Child("cidrs").Index(i), cidr)...)
	}
	for i, pods := range p.Pods {
		if pods.Namespace == "" {
			list = append(list, field.Required(path.Child("pods").Index(i).Child("namespace"), "without one, pods of any tenant would do"))
		}
	}
	return list
}

func (e *Endpoint) validate(path *field.Path) field.ErrorList {
	if e == nil {
		return nil
	}
	list := e.Peers.validate(path.Child("peers"))
	if e.Peers.isZero() {
		list = append(list, field.Required(path.Child("peers"), "at least one CIDR or pod selector: no peers would mean every address"))
	}
	if e.Port < 1 || e.Port > 65535 {
		list = append(list, field.Invalid(path.Child("port"), e.Port, "must be from 1 to 65535"))
	}
	return list
}
