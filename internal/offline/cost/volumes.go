package cost

import (
	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/pricing"
)

// Volumes in the cluster are gp3 volumes of the storage class the platform makes.

func (e *estimator) claim(r offline.Resource) {
	e.volume(r, at(r.Inputs, "spec"), 1, r.Name)
}

func (e *estimator) statefulSet(r offline.Resource) {
	replicas := numberOr(1, r.Inputs, "spec", "replicas")
	for _, template := range list(r.Inputs, "spec", "volumeClaimTemplates") {
		e.volume(r, at(template, "spec"), replicas, r.Name)
	}
}

// release finds the volumes in the values of a chart. Those a chart asks for by
// its own defaults are not seen.
func (e *estimator) release(r offline.Resource) {
	e.findVolumes(r, at(r.Inputs, "values"), 1, "")
}

func (e *estimator) findVolumes(r offline.Resource, value any, replicas float64, where string) {
	switch node := value.(type) {
	case map[string]any:
		replicas = numberOr(replicas, node, "replicas")
		if template, found := node["volumeClaimTemplate"]; found {
			e.volume(r, at(template, "spec"), replicas, text(r.Inputs, "name")+" "+where)
			return
		}
		for key, child := range node {
			part := where
			if part == "" {
				part = key
			}
			e.findVolumes(r, child, replicas, part)
		}
	case []any:
		for _, child := range node {
			e.findVolumes(r, child, replicas, where)
		}
	}
}

func (e *estimator) volume(r offline.Resource, claim any, count float64, name string) {
	size, known := quantity(claim, "resources", "requests", "storage")
	price, priced := e.region.Prices[pricing.EBSgp3]
	if !known || !priced {
		e.notPriced("volume of %s", name)
		return
	}
	gib := size / gibibyte
	e.item(r, exactly(price.Amount*gib*count), "%s GiB gp3 for %s", amount(gib*count), name)
}
