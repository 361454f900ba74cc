package tenant_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/tenant"
)

// newErr returns the error of New itself: the engine's wraps it.
func newErr(t *testing.T, args *tenant.Args) error {
	t.Helper()
	var failed error
	r, err := harness.RunErr(func(ctx *pulumi.Context) error {
		_, failed = tenant.New(ctx, "t", args)
		return nil
	})
	require.NoError(t, err)
	assert.Empty(t, r.Resources(), "nothing may be registered before validation")
	return failed
}

// wrongValues are arguments that must be refused, each with its message.
var wrongValues = map[string]struct {
	args *tenant.Args
	edit func(a *tenant.Args)
	want []string
}{
	"nil": {args: nil, want: []string{
		"image: Required value: the inference server",
		"name: Required value: the name of the tenant, which is also its namespace",
	}},
	"name": {args: valid.Tenant(), edit: func(a *tenant.Args) { a.Name = "kube-system" }, want: []string{
		`name: Invalid value: "kube-system": must not be a namespace of the platform, of Kubernetes or of a common add-on`,
	}},
	"sizes": {args: valid.Tenant(), edit: func(a *tenant.Args) {
		a.Serving = tenant.Serving{
			Replicas:  spec.Replicas{Min: 3, Max: 2, TargetCPUPercent: 50},
			Resources: spec.Resources{Requests: spec.Compute{CPU: "1", Memory: "x"}, Limits: spec.Compute{CPU: "500m", Memory: "1Gi"}},
			Port:      80,
		}
		a.LimitRange = spec.LimitRange{DefaultRequests: spec.Compute{CPU: "1", Memory: "1Gi"}, DefaultLimits: spec.Compute{CPU: "1", Memory: "1Gi"}}
	}, want: []string{
		`limitRange.maxVolumeSize: Required value: must be a Kubernetes quantity above zero, for example "100Gi"`,
		"serving.port: Invalid value: 80: must be from 1024 to 65535: containers do not run as root",
		"serving.replicas.max: Invalid value: 2: must be >= serving.replicas.min (3)",
		`serving.resources.limits.cpu: Invalid value: "500m": must be >= serving.resources.requests.cpu (1)`,
		`serving.resources.requests.memory: Invalid value: "x": must be a Kubernetes quantity above zero, for example "512Mi"`,
	}},
	"quota": {args: valid.FullTenant(), edit: func(a *tenant.Args) {
		a.Quota = spec.Quota{CPU: "6", Memory: "24Gi", Pods: 13, PersistentVolumeClaims: 1, Storage: "50Gi", Jobs: 6}
	}, want: []string{
		`quota.cpu: Invalid value: "6": must be >= 9, the CPU limits of 10 replicas, and during a rollout 1 more and 1 that still ends, and one training job`,
		"quota.gpus: Invalid value: 0: must be >= 1, one training job",
		"quota.jobs: Invalid value: 6: must be >= 7, one training job and those that have ended",
	}},
	"training": {args: valid.FullTenant(), edit: func(a *tenant.Args) {
		a.Training = &tenant.Training{
			Schedule: "daily", GPUs: -1, CheckpointStorage: "1Ti", DeadlineHours: -1, CheckpointAccessMode: "ReadWriteMany",
			Env: pulumi.StringMap{"CHECKPOINT_DIR": pulumi.String("/x"), "RAW_URI": pulumi.String("s3://x")},
		}
	}, want: []string{
		`quota.storage: Invalid value: "200Gi": must be >= 1Ti, the checkpoints of the training job`,
		`training.checkpointAccessMode: Unsupported value: "ReadWriteMany": supported values: "ReadWriteOnce", "ReadWriteOncePod"`,
		`training.checkpointStorage: Invalid value: "1Ti": must be <= limitRange.maxVolumeSize (100Gi)`,
		"training.deadlineHours: Invalid value: -1: must be >= 1",
		"training.env[CHECKPOINT_DIR]: Forbidden: set by the platform",
		"training.env[RAW_URI]: Forbidden: set by the platform",
		"training.gpus: Invalid value: -1: must be >= 0",
		`training.schedule: Invalid value: "daily": must be "on-demand" or a cron schedule such as "0 3 * * 1" (minute, hour, day, month, weekday)`,
	}},
	"network": {args: valid.Tenant(), edit: func(a *tenant.Args) {
		a.Network = tenant.Network{
			Monitoring:        tenant.Peers{Pods: []tenant.PodSelector{{}}},
			IngressController: tenant.Peers{CIDRs: []string{"10.0.0.1/8"}},
			ObjectStore:       &tenant.Endpoint{Port: 443},
			MetadataStore:     &tenant.Endpoint{Peers: tenant.Peers{CIDRs: []string{"db"}}, Port: 70000},
			Egress:            []spec.Egress{{Description: "x", CIDR: "0.0.0.0/0", Ports: []int{1}}},
		}
	}, want: []string{
		`network.egress[0].cidr: Invalid value: "0.0.0.0/0": must not be every address: name the ranges that are needed`,
		`network.ingressController.cidrs[0]: Invalid value: "10.0.0.1/8": must not have bits behind the mask; did you mean 10.0.0.0/8?`,
		`network.metadataStore.peers.cidrs[0]: Invalid value: "db": must be a CIDR such as "203.0.113.0/24"`,
		"network.metadataStore.port: Invalid value: 70000: must be from 1 to 65535",
		"network.monitoring.pods[0].namespace: Required value: without one, pods of any tenant would do",
		"network.objectStore.peers: Required value: at least one CIDR or pod selector: no peers would mean every address",
	}},
	"rest": {args: valid.Tenant(), edit: func(a *tenant.Args) {
		a.Env = pulumi.StringMap{"TENANT": pulumi.String("other"), "a b": pulumi.String("")}
		a.Ingress = &tenant.Ingress{}
		a.Identity = &tenant.Identity{ClusterName: pulumi.String("c")}
		a.Placement = "anywhere"
		a.People.Editors.Users = []string{"system:admin"}
		a.Metadata.Labels = map[string]string{"team": "R&D"}
	}, want: []string{
		"env[TENANT]: Forbidden: set by the platform",
		`env[a b]: Invalid value: "a b": must be a name of letters, digits and '_' that does not start with a digit`,
		`identity: Invalid value: "incomplete": must have both clusterName and roleArn, or neither`,
		"ingress.host: Required value: the DNS name the Ingress answers to",
		`metadata.labels[team]: Invalid value: "R&D": must be a valid label`,
		`people.editors.users[0]: Invalid value: "system:admin": must not start with "system:": such groups and users belong to Kubernetes`,
		`placement: Unsupported value: "anywhere": supported values: "required", "preferred"`,
	}},
	"ingress": {args: valid.Tenant(), edit: func(a *tenant.Args) { a.Ingress = &tenant.Ingress{Host: "a b"} }, want: []string{
		`ingress.host: Invalid value: "a b": must be a DNS name such as "fraud.example.com", each part of at most 63 characters`,
	}},
	"paths": {args: valid.Tenant(), edit: func(a *tenant.Args) {
		a.Ingress = &tenant.Ingress{Host: "x.example.com", Paths: []string{"predict", "/metrics", "/-/", "/a/../metrics", "/v1/", "/v1/"}}
	}, want: []string{
		`ingress.paths[0]: Invalid value: "predict": ` + pathRule,
		`ingress.paths[1]: Invalid value: "/metrics": ` + internalRule,
		`ingress.paths[2]: Invalid value: "/-/": ` + internalRule,
		`ingress.paths[3]: Invalid value: "/a/../metrics": ` + pathRule,
		`ingress.paths[5]: Duplicate value: "/v1/"`,
	}},
}

const (
	pathRule     = "must be a path such as /predict, or /v1/ with all that lies below it, of letters, digits, '.', '_', '~' and '-'"
	internalRule = "must not be /metrics, /-/ or below them: these are for the cluster alone"
)

// TestV10WhatCannotStart gives a tenant more than Linux and Kubernetes take.
//
// Proves V10 by Pulumi mocks: the component refuses plain variables and words of a command that
// are too long, and knows nothing of values that come later.
func TestV10WhatCannotStart(t *testing.T) {
	t.Parallel()
	args, large := valid.FullTenant(), strings.Repeat("x", 131072)
	args.Env = pulumi.StringMap{"DATA": pulumi.String(large), "LATER": pulumi.String(large).ToStringOutput()}
	args.Training.Args, args.Training.Command = []string{large}, []string{"train", large}
	args.Training.Schedule, args.Ingress = "0 3 31 2 *", &tenant.Ingress{Host: strings.Repeat("h", 70) + ".example.com"}
	assert.EqualError(t, newErr(t, args), `tenant "t": `+harness.Errors(
		`env[DATA]: Invalid value: "131077 bytes": must be at most 131071 with its name, as Linux demands: put it into a file of a bucket`,
		`ingress.host: Invalid value: "`+args.Ingress.Host+`": must be a DNS name such as "fraud.example.com", each part of at most 63 characters`,
		`training.args[0]: Invalid value: "131072 bytes": must be at most 131071, as Linux demands: put it into a file of a bucket`,
		`training.command[1]: Invalid value: "131072 bytes": must be at most 131071, as Linux demands: put it into a file of a bucket`,
		`training.schedule: Invalid value: "0 3 31 2 *": must name a time that comes: no month has that day`,
	))
}

func TestValidation(t *testing.T) {
	t.Parallel()
	for name, c := range wrongValues {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.edit != nil {
				c.edit(c.args)
			}
			err := newErr(t, c.args)
			if assert.Error(t, err) {
				assert.Equal(t, `tenant "t": `+harness.Errors(c.want...), err.Error())
			}
		})
	}
}

// TestArgsStayUntouched checks that the caller may use its arguments again.
func TestArgsStayUntouched(t *testing.T) {
	t.Parallel()
	args := valid.FullTenant()
	run(t, args)
	assert.Equal(t, valid.FullTenant(), args)
}
