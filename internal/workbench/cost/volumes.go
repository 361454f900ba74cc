package cost

import (
	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// claim prices a volume in the cluster: a gp3 volume of the storage class the
// platform makes. The templates of StatefulSets and charts ask for the same volumes
// once more, and are not counted.
func (e *estimator) claim(r engine.Resource) {
	size, known := quantity(r.Inputs, "spec", "resources", "requests", "storage")
	price, priced := e.region.Prices[prices.EBSgp3]
	if !known || !priced {
		e.notPriced("volume of %s", r.Name)
		return
	}
	gib := size / gibibyte
	e.item(r, exactly(price.Amount*gib), "%s GiB gp3 for %s", amount(gib), r.Name)
}
