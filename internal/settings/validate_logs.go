package settings

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	lokispec "github.com/mlops-iac/mlops/components/addons/loki/spec"
)

// validateInCluster checks what there is in an existing cluster.
func (l Logs) validateInCluster(c *checker, at *field.Path) {
	always(c, at.Child("destination"), l.Destination)
	loki := at.Child("loki")
	c.add(l.Loki.Check(loki)...)
	c.add(lokispec.CheckURL(loki.Child("url"), l.Loki.URL)...)
	if l.Loki.URL != "" && l.Destination == LogsToStdout {
		c.add(field.Forbidden(loki.Child("url"), "needs logs.destination loki: nothing would be sent there"))
	}
}
