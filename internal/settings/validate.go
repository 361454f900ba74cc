package settings

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

var (
	projectPattern     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,14}[a-z0-9]$`)
	environmentPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,10}[a-z0-9]$`)
	tagPattern         = regexp.MustCompile(`^[\p{L}\p{N} _.:/=+@-]{1,256}$`)
	profilePattern     = regexp.MustCompile(`^[^\s\[\]]{1,128}$`)
	rulePattern        = regexp.MustCompile(`^MLOPS-[A-Z0-9]+-[0-9]{3}$`)
)

// checker collects validation errors.
type checker struct{ list field.ErrorList }

func (c *checker) add(errs ...*field.Error) { c.list = append(c.list, errs...) }

func (c *checker) match(at *field.Path, value string, pattern *regexp.Regexp, rule string) {
	c.add(validation.Match(at, value, pattern, rule)...)
}

func (c *checker) unique(at *field.Path, values []string) { c.add(validation.Unique(at, values)...) }

func always[T validation.Enum](c *checker, at *field.Path, value T) {
	c.add(validation.Supported(at, value)...)
}

// validate returns every broken rule. mustEncrypt demands that secrets come
// from encrypted values.
func (p *Platform) validate(here Substrate, mustEncrypt bool) field.ErrorList {
	c := &checker{list: validation.Required(nil, *p, string(here))}
	p.validateGeneral(c)
	p.Monitoring.validate(c, field.NewPath("monitoring"), mustEncrypt)
	p.Tenants.validate(c, field.NewPath("tenants"))
	p.Guard.validate(c, field.NewPath("guard"))
	p.validateTogether(c)
	if here == SubstrateKubernetes {
		p.validateKubernetes(c)
	} else {
		p.validateAWS(c)
	}
	return c.list
}

func (p *Platform) validateAWS(c *checker) {
	p.AWS.validate(c, field.NewPath("aws"))
	c.add(p.Network.Check(field.NewPath("network"), p.AWS.Region)...)
	c.add(p.Cluster.Check(field.NewPath("cluster"), p.AWS.place())...)
	c.add(nodegroupspec.CheckAll(field.NewPath("nodeGroups"), p.NodeGroups, p.Network.Zones)...)
	c.add(p.Registry.Check(field.NewPath("registry"))...)
	p.ObjectStore.validateS3(c, field.NewPath("objectStore"), p.AWS.place())
	c.add(p.MetadataStore.MetadataStore.Check(field.NewPath("metadataStore"))...)
	c.add(p.Logs.Check(field.NewPath("logs"))...)
	p.validateCost(c, field.NewPath("cost"))
	p.Monitoring.Alerting.SNS.validate(c, field.NewPath("monitoring", "alerting", "sns"), p.AWS)
	p.validateNetworkTogether(c)
	p.validateNodesTogether(c)
}

func (p *Platform) validateGeneral(c *checker) {
	always(c, field.NewPath("substrate"), p.Substrate)
	if !projectPattern.MatchString(p.Project) {
		c.add(field.Invalid(field.NewPath("project"), p.Project,
			"must be 2 to 16 of a-z, 0-9 and -, starting with a letter and not ending with -"))
	}
	c.match(field.NewPath("environment"), p.Environment, environmentPattern,
		"must be 2 to 12 of a-z, 0-9 and -, starting with a letter and not ending with -")
	rule := "must be at most 256 letters, digits, spaces and _.:/=+@-, as AWS demands of tags"
	c.match(field.NewPath("owner"), p.Owner, tagPattern, rule)
	c.match(field.NewPath("costCenter"), p.CostCenter, tagPattern, rule)
	c.add(p.Admission.Check(field.NewPath("admission"))...)
}

func (a AWS) validate(c *checker, at *field.Path) {
	if a.Region != "" {
		c.add(awsenv.CheckRegion(at.Child("region"), a.Region)...)
	}
	if a.AccountID != "" {
		c.add(awsenv.CheckAccountID(at.Child("accountId"), a.AccountID)...)
	}
	c.match(at.Child("profile"), a.Profile, profilePattern, "must be the name of a profile")
	if a.Partition != "" {
		c.add(awsenv.CheckPartition(at.Child("partition"), string(a.Partition), a.Region)...)
	}
	if a.DeployRoleARN != "" {
		c.add(a.place().CheckPrincipal(at.Child("deployRoleArn"), a.DeployRoleARN, "role")...)
	}
}

// ownPartition is the partition ARNs must be in: that of the region, so that a
// wrong partition is not reported again at every ARN.
func (a AWS) ownPartition() Partition {
	if awsenv.IsRegion(a.Region) {
		return Partition(awsenv.PartitionOf(a.Region))
	}
	return a.Partition
}

// place is where the stack is, for the rules of the specs.
func (a AWS) place() awsenv.Place {
	return awsenv.Place{Partition: string(a.ownPartition()), Region: a.Region, AccountID: a.AccountID}
}

func (t Tenants) validate(c *checker, at *field.Path) {
	only := at.Child("only")
	c.unique(only, t.Only)
	for i, name := range t.Only {
		c.tenant(only.Index(i), name)
	}
}

// tenant checks a name that becomes a namespace.
func (c *checker) tenant(at *field.Path, name string) {
	c.add(names.CheckTenant(at, name)...)
}

func (g Guard) validate(c *checker, at *field.Path) {
	for i, exemption := range g.Exemptions {
		entry := at.Child("exemptions").Index(i)
		c.match(entry.Child("rule"), exemption.Rule, rulePattern, "must be the id of a guard rule, such as MLOPS-NET-001")
		resource := entry.Child("resource")
		if exemption.Resource != "" && strings.Trim(exemption.Resource, "*") == "" {
			c.add(field.Invalid(resource, exemption.Resource, "must name a resource: a rule cannot be switched off as a whole"))
		}
		if _, err := path.Match(exemption.Resource, ""); err != nil {
			c.add(field.Invalid(resource, exemption.Resource, "must be a name or a pattern as in file names"))
		}
		if exemption.Reason != "" && strings.TrimSpace(exemption.Reason) == "" {
			c.add(field.Invalid(entry.Child("reason"), exemption.Reason, "must say why breaking the rule is acceptable here"))
		}
		same := func(other Exemption) bool {
			return other.Rule == exemption.Rule && other.Resource == exemption.Resource
		}
		if exemption.Rule != "" && slices.ContainsFunc(g.Exemptions[:i], same) {
			c.add(field.Duplicate(entry, exemption.Rule+" for "+exemption.Resource))
		}
	}
}
