// Package kinds lists the kinds of models that the service has.
package kinds

import (
	"fmt"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/services/inference/internal/defects"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

// Named returns the kind of a name.
func Named(name string) (model.Kind, error) {
	switch name {
	case names.ModelSentiment:
		return sentiment.Kind{}, nil
	case names.ModelDefects:
		return defects.Kind{}, nil
	default:
		return nil, fmt.Errorf("there is no kind of model %q", name)
	}
}
