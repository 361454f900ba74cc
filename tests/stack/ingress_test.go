package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

const ingressType = "kubernetes:networking.k8s.io/v1:Ingress"

// annotations are those of the Ingress of tenant-a on prod.
func annotations(scheme, callers string) map[string]any {
	return map[string]any{
		"alb.ingress.kubernetes.io/scheme":        scheme,
		"alb.ingress.kubernetes.io/inbound-cidrs": callers,
		"alb.ingress.kubernetes.io/subnets": "mlops-prod-network-public-eu-west-1a,mlops-prod-network-public-eu-west-1b," +
			"mlops-prod-network-public-eu-west-1c",
		"alb.ingress.kubernetes.io/target-type":      "ip",
		"alb.ingress.kubernetes.io/listen-ports":     `[{"HTTPS":443}]`,
		"alb.ingress.kubernetes.io/ssl-policy":       "ELBSecurityPolicy-TLS13-1-2-2021-06",
		"alb.ingress.kubernetes.io/healthcheck-path": "/ready",
	}
}

// TestTenantsArePublishedInsideTheVPC reads the Ingress of stack prod.
//
// Proves I10 by Pulumi mocks: a published tenant on AWS has an internal load balancer that lets in
// the VPC alone and publishes neither /metrics nor /-/, and network policies let in the subnets
// where it stands, in which there are no pods.
func TestTenantsArePublishedInsideTheVPC(t *testing.T) {
	t.Parallel()
	record := recorded(t, "prod", "up")
	require.Len(t, record.OfType(ingressType), 1)
	ingress := record.One(t, ingressType, "mlops-prod-tenant-tenant-a-ingress")
	published := func(path string) any {
		return map[string]any{
			"path": path, "pathType": "Exact",
			"backend": map[string]any{"service": map[string]any{"name": "inference", "port": map[string]any{"name": "http"}}},
		}
	}
	assert.Equal(t, map[string]any{
		"ingressClassName": "alb",
		"rules": []any{map[string]any{"host": "scores.example.com", "http": map[string]any{"paths": []any{
			published("/health"), published("/predict"), published("/ready"),
		}}}},
	}, ingress.Prop("spec"))
	assert.Equal(t, annotations("internal", "10.0.0.0/16"), ingress.Prop("metadata.annotations"))

	// The load balancer finds its subnets by their names.
	var from []any
	for _, zone := range []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"} {
		subnet := record.One(t, "aws:ec2/subnet:Subnet", "mlops-prod-network-public-"+zone)
		assert.Equal(t, "mlops-prod-network-public-"+zone, subnet.Prop("tags.Name"))
		from = append(from, map[string]any{"ipBlock": map[string]any{"cidr": subnet.Prop("cidrBlock")}})
	}
	assert.Equal(t, from, record.One(t, policyType, "mlops-prod-tenant-tenant-a-allow-ingress-controller").Prop("spec.ingress.0.from"))
}

// TestLoadBalancersFaceTheInternetWhenTheStackSaysSo changes who may call.
func TestLoadBalancersFaceTheInternetWhenTheStackSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]any
		want     map[string]any
	}{
		"internet": {
			map[string]any{"internetFacing": true, "allowedCidrs": []any{"203.0.113.0/24", "198.51.100.0/24"}},
			annotations("internet-facing", "203.0.113.0/24,198.51.100.0/24"),
		},
		"everybody": {
			map[string]any{"internetFacing": true, "allowedCidrs": []any{"0.0.0.0/0"}},
			annotations("internet-facing", "0.0.0.0/0"),
		},
		"connected networks": {map[string]any{"allowedCidrs": []any{"172.16.0.0/12"}}, annotations("internal", "172.16.0.0/12")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			record, err := publishedBy(t, c.settings)
			require.NoError(t, err)
			assert.Equal(t, c.want, record.One(t, ingressType, "mlops-prod-tenant-tenant-a-ingress").Prop("metadata.annotations"))
		})
	}
	_, err := publishedBy(t, map[string]any{"internetFacing": true})
	assert.EqualError(t, err, reported("configuration mlops:platform: addons.loadBalancerController.allowedCidrs: Required value: "+
		"internetFacing needs the ranges of the callers; 0.0.0.0/0 is the whole internet"))
}

// publishedBy runs stack prod with other settings of its load balancers.
func publishedBy(t *testing.T, balancers map[string]any) (*harness.Recorder, error) {
	t.Helper()
	values := tree(t, "prod")
	set(t, values, "addons.loadBalancerController", balancers)
	return build(t, "prod", values, platform.Options{})
}
