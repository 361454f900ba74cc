package iam_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what roles may do to testdata")

// danger is what would hurt: data read or lost, rights gained, capacity bought. Requests
// carry what the rightful owner of the action would send.
func (a *account) danger() map[string]question {
	_, cluster, _ := strings.Cut(a.Cluster, ":cluster/")
	ec2 := func(kind string) string { return "arn:aws:ec2:" + a.Region + ":" + a.ID + ":" + kind }
	raw := a.buckets()["raw"]
	asked := map[string]question{
		"iam: make a user":                       {"iam:CreateUser", "arn:aws:iam::" + a.ID + ":user/mallory", nil},
		"iam: make a role":                       {"iam:CreateRole", "arn:aws:iam::" + a.ID + ":role/mallory", nil},
		"eks: delete the cluster":                {"eks:DeleteCluster", a.Cluster, nil},
		"eks: let somebody in":                   {"eks:CreateAccessEntry", a.Cluster, nil},
		"eks: give a pod a role":                 {"eks:CreatePodIdentityAssociation", a.Cluster, nil},
		"s3: read a tenant's data":               {"s3:GetObject", raw + "/tenants/" + own + "/data.csv", overTLS(nil)},
		"s3: overwrite a tenant's data":          {"s3:PutObject", raw + "/tenants/" + own + "/data.csv", overTLS(nil)},
		"s3: delete a version":                   {"s3:DeleteObjectVersion", raw + "/tenants/" + own + "/data.csv", overTLS(nil)},
		"s3: open the bucket":                    {"s3:PutBucketPolicy", raw, overTLS(nil)},
		"rds: delete the database":               {"rds:DeleteDBInstance", "arn:aws:rds:" + a.Region + ":" + a.ID + ":db:" + cluster + "-metadata", nil},
		"rds: log in as the master":              {"rds-db:connect", a.databaseUser("mlops"), nil},
		"secretsmanager: read the master secret": {"secretsmanager:GetSecretValue", a.Secret, nil},
		"logs: read a tenant's":                  {"logs:GetLogEvents", a.tenantLogs(own) + ":log-stream:s", nil},
		"logs: write a tenant's":                 {"logs:PutLogEvents", a.tenantLogs(own) + ":log-stream:s", nil},
		"logs: delete a tenant's":                {"logs:DeleteLogGroup", a.tenantLogs(own), nil},
		"ec2: end an instance":                   {"ec2:TerminateInstances", ec2("instance/i-1"), nil},
		"ec2: open a security group":             {"ec2:AuthorizeSecurityGroupIngress", ec2("security-group/sg-1"), nil},
		"ec2: open a group of the controller":    {"ec2:AuthorizeSecurityGroupIngress", ec2("security-group/sg-1"), map[string]any{"aws:ResourceTag/elbv2.k8s.aws/cluster": cluster}},
		"ec2: delete a network":                  {"ec2:DeleteVpc", ec2("vpc/vpc-1"), nil},
		"autoscaling: grow a group of others":    {"autoscaling:SetDesiredCapacity", a.scalingGroup("other"), map[string]any{"aws:ResourceTag/eks:cluster-name": cluster + "-2"}},
		"autoscaling: grow a group":              {"autoscaling:SetDesiredCapacity", a.scalingGroup("own"), map[string]any{"aws:ResourceTag/eks:cluster-name": cluster}},
		"ecr: push an image":                     {"ecr:PutImage", a.named(repositoryType, "-inference"), nil},
		"ecr: delete an image":                   {"ecr:BatchDeleteImage", a.named(repositoryType, "-inference"), nil},
		"elb: delete a load balancer of others":  {"elasticloadbalancing:DeleteLoadBalancer", "arn:aws:elasticloadbalancing:" + a.Region + ":" + a.ID + ":loadbalancer/app/a/1", nil},
		"elb: delete one of the controller":      {"elasticloadbalancing:DeleteLoadBalancer", "arn:aws:elasticloadbalancing:" + a.Region + ":" + a.ID + ":loadbalancer/app/a/1", map[string]any{"aws:ResourceTag/elbv2.k8s.aws/cluster": cluster}},
		"sns: publish an alert":                  {"sns:Publish", "arn:aws:sns:" + a.Region + ":" + a.ID + ":mlops-alerts", nil},
		"sns: publish elsewhere":                 {"sns:Publish", "arn:aws:sns:" + a.Region + ":" + a.ID + ":other", nil},
	}
	for name, arn := range a.arns[keyType] {
		asked["kms: decrypt with "+name] = question{"kms:Decrypt", arn, nil}
		asked["kms: destroy "+name] = question{"kms:ScheduleKeyDeletion", arn, nil}
	}
	for name, r := range a.Roles {
		asked["iam: change "+name] = question{"iam:PutRolePolicy", r.ARN, nil}
		asked["iam: hand on "+name] = question{"iam:PassRole", r.ARN, map[string]any{"iam:PassedToService": "ec2.amazonaws.com"}}
		asked["sts: become "+name] = question{"sts:AssumeRole", r.ARN, nil}
	}
	return asked
}

func (a *account) scalingGroup(name string) string {
	return "arn:aws:autoscaling:" + a.Region + ":" + a.ID + ":autoScalingGroup:1:autoScalingGroupName/" + name
}

// TestWhatRolesMayDo compares, role by role, what of all that would hurt is allowed. What
// a policy of AWS's own allows is not asked.
//
// Proves by an evaluator of IAM policies: what each role may do of all that would hurt is
// what was read and agreed to.
func TestWhatRolesMayDo(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		t.Run(stack, func(t *testing.T) {
			a := accountOf(t, stack)
			var text strings.Builder
			for _, name := range slices.Sorted(maps.Keys(a.Roles)) {
				a.describe(t, &text, a.Roles[name])
			}
			file := filepath.Join("testdata", stack+".txt")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), text.String(), "go test ./iam -run WhatRolesMayDo -update writes it anew; read the difference")
		})
	}
}

func (a *account) describe(t *testing.T, w *strings.Builder, r *role) {
	t.Helper()
	fmt.Fprintf(w, "%s\n", r.Name)
	for _, serviceAccount := range r.Sessions {
		fmt.Fprintf(w, "  pods of %s\n", serviceAccount)
	}
	for _, managed := range r.Managed {
		fmt.Fprintf(w, "  policy of AWS: %s\n", managed)
	}
	if len(r.Policies) == 0 {
		return
	}
	s := session{role: r}
	if len(r.Sessions) > 0 {
		s.tags = a.tagsOf(r.Sessions[0])
	}
	asked := a.danger()
	names := slices.Sorted(maps.Keys(asked))
	questions := make([]question, len(names))
	for i, name := range names {
		questions[i] = asked[name]
	}
	for i, answer := range a.may(t, s, questions) {
		if answer == allowed {
			fmt.Fprintf(w, "  may %s\n", names[i])
		}
	}
}
