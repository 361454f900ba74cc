package packets_test

import (
	"testing"

	"github.com/mlops-iac/mlops/tests/conformance/packets"
)

func TestTrial(t *testing.T) {
	if err := packets.Unavailable(); err != nil {
		t.Skip(err)
	}
}
