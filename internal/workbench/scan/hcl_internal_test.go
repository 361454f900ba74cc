package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestToHCL(t *testing.T) {
	t.Parallel()
	text, err := toHCL([]byte(`{"provider": {"aws": {}}, "resource": {"aws_x": {"a": {
		"name": "a \"b\" $${c}\n", "ref": "arn:${aws_y.b[\"k\"].arn}/*", "size": 65536, "on": true, "none": null, "words": ["x", "${aws_y.b.id}"], "empty": [],
		"tags": {"k:1": "v"}, "lifecycle": {"prevent_destroy": true},
		"rule": [{"port": 1, "by": [{"x": "y"}]}, {"port": 2}]}}}}`))
	require.NoError(t, err)
	assert.Equal(t, `resource "aws_x" "a" {
  empty = []
  lifecycle {
    prevent_destroy = true
  }
  name = "a \"b\" $${c}\n"
  none = null
  on = true
  ref = "arn:${aws_y.b["k"].arn}/*"
  rule {
    by {
      x = "y"
    }
    port = 1
  }
  rule {
    port = 2
  }
  size = 65536
  tags = {"k:1" = "v"}
  words = ["x", "${aws_y.b.id}"]
}
`, string(text))
}

func TestToHCLRefuses(t *testing.T) {
	t.Parallel()
	_, err := toHCL([]byte(`{"resource": {"aws_x": {"a": {"ref": "${aws_y"}}}}`))
	assert.EqualError(t, err, `ref: "${aws_y": an interpolation that does not end`)
	_, err = toHCL([]byte(`{"resource": [`))
	assert.Error(t, err)
}
