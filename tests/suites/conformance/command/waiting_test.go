package command_test

import (
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestWaitingIsExplained lets a tenant's quota refuse every pod and looks for the
// reason in the output of up. That it comes within a minute is said by the clock of
// the tests of internal/workbench/local.
func TestWaitingIsExplained(t *testing.T) {
	besideAnother(t)
	folder := filepath.Join(t.TempDir(), "platform")
	t.Cleanup(func() { succeed(t, "down", folder) })
	client := clientOf(t, succeed(t, "up", folder))
	_, err := client.CoreV1().ResourceQuotas("tenant-a").Create(t.Context(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "full"},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("0")}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	require.NoError(t, client.AppsV1().Deployments("tenant-a").Delete(t.Context(), "inference", metav1.DeleteOptions{}))

	cmd, shown := mlops("up", folder, "--refresh")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	awaitText(t, shown, "Deploying stack", ended)
	awaitText(t, shown, "waits for long", ended)
	line := regexp.MustCompile(`waits for long: deployment tenant-a/inference: (.*)\n`).FindStringSubmatch(shown.String())
	require.Len(t, line, 2, shown.String())
	assert.Regexp(t, `^pods "inference-\w+-\w+" is forbidden: exceeded quota: full, requested: pods=1, used: pods=0, limited: pods=0$`, line[1])
	require.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGINT))
	<-ended
	assert.Equal(t, 130, cmd.ProcessState.ExitCode(), shown.String())
}
