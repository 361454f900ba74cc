package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/tests/harness"
)

func TestDataLake(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, program)
	assert.Len(t, record.OfType("aws:ec2/subnet:Subnet"), 6)
	assert.Empty(t, record.OfType("aws:ec2/natGateway:NatGateway"))
	assert.Len(t, record.OfType("aws:s3/bucketV2:BucketV2"), 4)
	for _, bucket := range record.OfType("aws:s3/bucketV2:BucketV2") {
		assert.Equal(t, "data-team", bucket.Prop("tags.owner"))
	}
}
