package e2e_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// testImage puts another image on the nodes while they run.
func (p platform) testImage(t *testing.T) {
	output, err := exec.Command(command, "images", "load", "mlops.local/inference:e2e", "--embedded", "--folder", p.folder, "--directory", checkout).CombinedOutput()
	require.NoError(t, err, string(output))
	list, err := p.client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, node := range list.Items {
		assert.Equal(t, "", missingImage(p.folder, node.Name, "mlops.local/inference:e2e"))
	}
}

// missingImage says whether the containerd of a node lacks an image.
func missingImage(folder, node, image string) string {
	output, err := exec.Command("ctr", "--address", folder+"/nodes/"+node+".sock", "--namespace", "k8s.io", "images", "list", "-q").CombinedOutput()
	if err != nil {
		return string(output)
	}
	for line := range strings.Lines(string(output)) {
		if strings.TrimSpace(line) == image {
			return ""
		}
	}
	return image + " is not on " + node
}
