package awsenv_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

func TestParseAcceptsOnlyTheCanonicalForm(t *testing.T) {
	t.Parallel()
	prefix, errs := awsenv.ParseCIDR(field.NewPath("cidr"), "10.0.0.0/16")
	assert.Empty(t, errs)
	assert.Equal(t, netip.MustParsePrefix("10.0.0.0/16"), prefix)
	for _, wrong := range []string{"", "10.0.0.0", "10.0.0.1/16", "10.0.0.0/33", "fd00::/8"} {
		_, errs := awsenv.ParseCIDR(field.NewPath("cidr"), wrong)
		assert.EqualError(t, errs.ToAggregate(),
			`cidr: Invalid value: "`+wrong+`": must be an IPv4 range without host bits, such as 10.0.0.0/16`)
	}
}

func TestCheckPrivate(t *testing.T) {
	t.Parallel()
	for text, private := range map[string]bool{
		"10.0.0.0/8": true, "10.255.0.0/16": true, "172.31.0.0/16": true, "192.168.4.0/22": true,
		"8.0.0.0/7": false, "172.32.0.0/16": false, "100.64.0.0/10": false, "0.0.0.0/0": false,
	} {
		errs := awsenv.CheckPrivateCIDR(field.NewPath("cidr"), netip.MustParsePrefix(text))
		assert.Equal(t, private, len(errs) == 0, text)
	}
}
