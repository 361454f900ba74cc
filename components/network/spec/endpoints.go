package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Beginnings of the full names of endpoint services; the region follows.
const (
	servicePrefix = "com.amazonaws."
	chinaPrefix   = "cn." + servicePrefix
	studioPrefix  = "aws.sagemaker."
)

const s3Service = "s3"

var endpointPattern = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// endpointsWithoutNAT are what a node needs to join the cluster and run pods, and
// the jobs that make accounts in the metadata store, without a way to the internet.
var endpointsWithoutNAT = []string{"ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "secretsmanager", "sts"}

// chinaServices are those whose full names begin with chinaPrefix in the two
// regions of China, as `aws ec2 describe-vpc-endpoint-services` lists them there
// (aws/aws-cdk #25329, #25333). The others have the prefix of all regions.
var chinaServices = []string{
	"account", "application-autoscaling", "appmesh-envoy-management", "athena", "autoscaling", "awsconnector", "backup", "batch",
	"cassandra", "cloudcontrolapi", "cloudformation", "codedeploy-commands-secure", "config", "databrew", "dms", "ebs", "ec2", "ecr.api",
	"ecr.dkr", "eks", "eks-auth", "elasticache", "elasticbeanstalk", "elasticfilesystem", "elasticfilesystem-fips", "emr-containers",
	"execute-api", "fsx", "imagebuilder", "iot.data", "iotsitewise.api", "iotsitewise.data", "kinesis-streams", "lambda",
	"license-manager", "monitoring", "polly", "rds", "redshift", "redshift-data", "sagemaker.api",
	"sagemaker.featurestore-runtime", "sagemaker.runtime", "securityhub", "servicecatalog", "sms", "sqs", "states", "sts",
	"sync-states", "synthetics", "transcribe.cn", "transcribestreaming", "transfer", "workspaces", "xray",
}

// refusedEndpoints are services of which an interface endpoint serves nobody here,
// each with the reason.
var refusedEndpoints = map[string]string{
	s3Service:   "its gateway endpoint is always built",
	"dynamodb":  "its interface endpoint has no private name, so no client would find it",
	"s3express": "it has a gateway endpoint only",
}

// ServiceName is the full name of an endpoint service, which may be given in
// short, such as "ecr.api", or in full. In China it has the prefix of the service.
func ServiceName(region, service string) string {
	short := ShortName(region, service)
	switch {
	case strings.HasPrefix(service, studioPrefix):
		return service
	case strings.HasPrefix(service, chinaPrefix):
		return chinaPrefix + region + "." + short
	case awsenv.PartitionOf(region) == awsenv.China && slices.Contains(chinaServices, short):
		return chinaPrefix + region + "." + short
	default:
		return servicePrefix + region + "." + short
	}
}

// ShortName is the name of an endpoint service without what stands before it in
// full names of the region. Full names of other regions stay as they are.
func ShortName(region, service string) string {
	for _, prefix := range []string{servicePrefix, chinaPrefix} {
		if short, full := strings.CutPrefix(service, prefix+region+"."); full {
			return short
		}
	}
	return service
}

// CheckNodes reports the endpoints without which nodes of an EKS cluster, in a
// network without NAT, cannot join it, and those that what runs on them calls
// besides.
func (n Network) CheckNodes(path *field.Path, region string, besides ...string) field.ErrorList {
	if n.NAT != NATNone {
		return nil
	}
	has := func(service string) bool {
		return slices.ContainsFunc(n.InterfaceEndpoints, func(own string) bool { return ShortName(region, own) == service })
	}
	missing := slices.DeleteFunc(slices.Concat(endpointsWithoutNAT, besides), has)
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return field.ErrorList{field.Required(path.Child("interfaceEndpoints"), fmt.Sprintf(
		"must contain %s while nat is %s: nodes and what runs on them call them", strings.Join(slices.Compact(missing), ", "), NATNone))}
}

func (n Network) checkEndpoints(path *field.Path, region string) field.ErrorList {
	var list field.ErrorList
	for i, service := range n.InterfaceEndpoints {
		short := ShortName(region, service)
		same := func(other string) bool { return ShortName(region, other) == short }
		reason, refused := refusedEndpoints[short]
		switch {
		case slices.ContainsFunc(n.InterfaceEndpoints[:i], same):
			list = append(list, field.Duplicate(path.Index(i), service))
		case !endpointPattern.MatchString(service):
			list = append(list, field.Invalid(path.Index(i), service, "must be the short name of an AWS service, such as ecr.api"))
		case !ofRegion(region, service):
			list = append(list, field.Invalid(path.Index(i), service, "must be a service of region "+region))
		case refused:
			list = append(list, field.Invalid(path.Index(i), service, fmt.Sprintf("must not be %s: %s", short, reason)))
		}
	}
	return list
}

// ofRegion says whether a name is short, or the full one of a service in the
// region. Only China has services with chinaPrefix.
func ofRegion(region, service string) bool {
	for _, prefix := range []string{servicePrefix, chinaPrefix, studioPrefix} {
		if rest, full := strings.CutPrefix(service, prefix); full {
			return strings.HasPrefix(rest, region+".") && (prefix != chinaPrefix || awsenv.PartitionOf(region) == awsenv.China)
		}
	}
	return true
}
