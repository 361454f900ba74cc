package cost

import (
	"strings"

	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// pricers price the resources of a type.
func pricers() map[string]func(*estimator, engine.Resource) {
	return map[string]func(*estimator, engine.Resource){
		"aws:eks/cluster:Cluster":                        (*estimator).controlPlane,
		"aws:eks/nodeGroup:NodeGroup":                    (*estimator).nodeGroup,
		"aws:ec2/natGateway:NatGateway":                  (*estimator).gateway,
		"aws:ec2/eip:Eip":                                (*estimator).address,
		"aws:ec2/vpcEndpoint:VpcEndpoint":                (*estimator).endpoint,
		"aws:rds/instance:Instance":                      (*estimator).database,
		"aws:kms/key:Key":                                (*estimator).key,
		"aws:kms/replicaKey:ReplicaKey":                  (*estimator).key,
		"aws:s3/bucketV2:BucketV2":                       (*estimator).bucket,
		"aws:ecr/repository:Repository":                  (*estimator).repository,
		"aws:cloudwatch/logGroup:LogGroup":               (*estimator).logs,
		"aws:cloudwatch/metricAlarm:MetricAlarm":         (*estimator).alarm,
		"aws:cloudwatch/logMetricFilter:LogMetricFilter": (*estimator).filter,
		"kubernetes:core/v1:PersistentVolumeClaim":       (*estimator).claim,
		"kubernetes:networking.k8s.io/v1:Ingress":        (*estimator).ingress,
		"kubernetes:core/v1:Service":                     (*estimator).service,
		"aws:secretsmanager/secret:Secret":               (*estimator).secret,
	}
}

// freeModules have nothing that is paid for by itself, as far as the platform
// uses them; freeTypes are single types of modules that have.
var (
	freeModules = []string{"aws:iam/", "aws:autoscaling/", "aws:budgets/", "aws:costexplorer/", "aws:vpc/"}
	freeTypes   = []string{
		"aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "aws:cloudwatch/queryDefinition:QueryDefinition",
		"aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "aws:ec2/defaultRouteTable:DefaultRouteTable",
		"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/flowLog:FlowLog",
		"aws:ec2/internetGateway:InternetGateway", "aws:ec2/launchTemplate:LaunchTemplate",
		"aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule",
		"aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable",
		"aws:ec2/routeTableAssociation:RouteTableAssociation", "aws:ec2/securityGroup:SecurityGroup",
		"aws:ec2/securityGroupRule:SecurityGroupRule", "aws:ec2/subnet:Subnet", "aws:ec2/tag:Tag", "aws:ec2/vpc:Vpc",
		"aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
		"aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
		"aws:ecr/lifecyclePolicy:LifecyclePolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy",
		"aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
		"aws:eks/addon:Addon", "aws:eks/podIdentityAssociation:PodIdentityAssociation",
		"aws:kms/alias:Alias", "aws:kms/keyPolicy:KeyPolicy",
		"aws:rds/parameterGroup:ParameterGroup", "aws:rds/subnetGroup:SubnetGroup",
	}
)

// free says that a type costs nothing by itself.
func free(token string) bool {
	for _, module := range freeModules {
		if strings.HasPrefix(token, module) {
			return true
		}
	}
	for _, known := range freeTypes {
		if token == known {
			return true
		}
	}
	// What is set on a bucket is not paid for; buckets have a pricer.
	return strings.HasPrefix(token, "aws:s3/bucket")
}

func (e *estimator) controlPlane(r engine.Resource) {
	e.fixed(r, prices.EKSCluster, 1, "EKS control plane")
}

func (e *estimator) alarm(r engine.Resource) { e.fixed(r, prices.Alarm, 1, "CloudWatch alarm") }

// filter makes one custom metric of what it finds in logs.
func (e *estimator) filter(r engine.Resource) {
	e.fixed(r, prices.Metric, 1, "CloudWatch metric made from logs")
}

func (e *estimator) gateway(r engine.Resource) {
	e.fixed(r, prices.NATGateway, 1, "NAT gateway")
	e.usage(prices.NATData, "data through NAT gateways")
}

func (e *estimator) address(r engine.Resource) {
	e.fixed(r, prices.IPv4Address, 1, "public IPv4 address")
}

// endpoint is paid for in each zone it has a subnet in; gateway endpoints are free.
func (e *estimator) endpoint(r engine.Resource) {
	if text(r.Inputs, "vpcEndpointType") != "Interface" {
		return
	}
	service := text(r.Inputs, "serviceName")
	zones := list(r.Inputs, "subnetIds")
	if zones == nil {
		e.notPriced("interface endpoint %s: its zones are not known before it is made", service)
		return
	}
	e.fixed(r, prices.InterfaceEndpoint, float64(len(zones)), "interface endpoint %s in %s", service, plural(integer(float64(len(zones))), "zone"))
	e.notPriced("data through interface endpoints, by use")
}

// database is paid for twice with a standby. Its storage grows by itself up to
// a limit.
func (e *estimator) database(r engine.Resource) {
	class, copies, where := text(r.Inputs, "instanceClass"), 1.0, "in one zone"
	if truth(r.Inputs, "multiAz") {
		copies, where = 2, "with a standby in a second zone"
	}
	if price, known := e.region.Databases[class]; known {
		e.item(r, exactly(price.Monthly()*copies), "RDS %s %s", class, where)
	} else {
		e.notPriced("RDS %s %s", class, where)
	}
	least := numberOr(0, r.Inputs, "allocatedStorage")
	most := max(least, numberOr(least, r.Inputs, "maxAllocatedStorage"))
	if price, known := e.region.Prices[prices.RDSgp3]; known {
		e.item(r, exactly(price.Amount*copies).times(least, most), "RDS storage, %s GiB", span(least, most))
	} else {
		e.notPriced("RDS storage")
	}
	e.notPriced("RDS backups beyond the size of the database, by use")
	if truth(r.Inputs, "manageMasterUserPassword") {
		e.notPriced("the secret with the password of the database")
	}
}

func (e *estimator) key(r engine.Resource) { e.fixed(r, prices.KMSKey, 1, "KMS key %s", r.Name) }

func (e *estimator) secret(r engine.Resource) { e.notPriced("Secrets Manager secret %s", r.Name) }

func (e *estimator) bucket(engine.Resource) {
	e.usage(prices.S3Standard, "objects in S3")
	e.notPriced("requests to S3 and KMS, by use")
}

func (e *estimator) repository(engine.Resource) { e.usage(prices.ECRStorage, "images in ECR") }

func (e *estimator) logs(engine.Resource) {
	e.usage(prices.LogIngestion, "logs received by CloudWatch")
	e.usage(prices.LogStorage, "logs kept by CloudWatch")
}

// ingress is a load balancer where the load balancer controller makes it.
func (e *estimator) ingress(r engine.Resource) {
	if text(r.Inputs, "spec", "ingressClassName") != "alb" {
		return
	}
	e.fixed(r, prices.LoadBalancer, 1, "application load balancer")
	e.usage(prices.LoadCapacity, "capacity of application load balancers")
}

func (e *estimator) service(r engine.Resource) {
	if text(r.Inputs, "spec", "type") == "LoadBalancer" {
		e.notPriced("load balancer of service %s", r.Name)
	}
}
