package config

import (
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/services/inference/internal/store"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

// Train are the settings of a training run.
type Train struct {
	ModelKind       string
	DataURI         string
	ModelOutputURI  string
	RawURI          string
	ModelsURI       string
	ModelURI        string
	Holdout         float64
	Seed            int64
	MinimumAccuracy float64
	KeepBetter      bool
	Margin          float64
	Tenant          string
	LogLevel        string
}

// DefaultMinimumAccuracy is the accuracy below which no model is published. With
// two classes, 0.5 is what a coin gets.
const DefaultMinimumAccuracy = 0.7

// flagNames are flags whose name is not that of their variable.
var flagNames = map[string]string{"data": "DATA_URI", "output": "MODEL_OUTPUT_URI"}

// Bind adds the flags of the settings.
func (t *Train) Bind(flags *pflag.FlagSet) {
	bindKind(flags, &t.ModelKind)
	flags.StringVar(&t.DataURI, "data", "", "CSV with the columns of the kind: s3://, file:///, a path, or a name below RAW_URI; empty takes the bundled sample")
	flags.StringVar(&t.ModelOutputURI, "output", "", "folder for the model: s3://, file:///, a path, or a name below MODELS_URI; empty takes MODEL_URI")
	flags.StringVar(&t.RawURI, "raw-uri", "", "what a relative --data is below")
	flags.StringVar(&t.ModelsURI, "models-uri", "", "what a relative --output is below")
	flags.StringVar(&t.ModelURI, "model-uri", "", "folder for the model when --output is empty")
	flags.Float64Var(&t.Holdout, "holdout", training.DefaultHoldout, "share of the rows that are kept back to measure on")
	flags.Int64Var(&t.Seed, "seed", training.DefaultSeed, "decides which rows are kept back")
	flags.Float64Var(&t.MinimumAccuracy, "minimum-accuracy", DefaultMinimumAccuracy, "accuracy below which no model is published")
	flags.BoolVar(&t.KeepBetter, "keep-better", true, "keep the model in use when it answers more of the rows kept back")
	flags.Float64Var(&t.Margin, "margin", 0, "share of the rows kept back that a model must answer more than the one in use")
	flags.StringVar(&t.Tenant, "tenant", "", "tenant whose model this is")
	flags.StringVar(&t.LogLevel, "log-level", "info", "debug, info, warn or error")
}

// Check reports every setting that cannot be, and makes DataURI and
// ModelOutputURI whole. An empty DataURI stays empty.
func (t *Train) Check() field.ErrorList {
	list := append(checkLevel(t.LogLevel), checkKind(t.ModelKind)...)
	for name, uri := range map[string]string{"RAW_URI": t.RawURI, "MODELS_URI": t.ModelsURI, "MODEL_URI": t.ModelURI} {
		list = append(list, checkURI(name, uri)...)
	}
	list = append(list, t.checkShares()...)
	if t.ModelOutputURI == "" && t.ModelURI == "" {
		list = append(list, field.Required(field.NewPath("MODEL_OUTPUT_URI"), "where the model goes: --output, MODEL_OUTPUT_URI or MODEL_URI"))
	}
	t.DataURI = resolve(t.DataURI, t.RawURI)
	t.ModelOutputURI = resolve(t.ModelOutputURI, t.ModelsURI)
	if t.ModelOutputURI == "" {
		t.ModelOutputURI = t.ModelURI
	}
	list = append(list, checkURI("DATA_URI", t.DataURI)...)
	if t.ModelOutputURI != t.ModelURI {
		list = append(list, checkURI("MODEL_OUTPUT_URI", t.ModelOutputURI)...)
	}
	return list
}

// checkShares reports shares that are none, and not a number.
func (t *Train) checkShares() field.ErrorList {
	var list field.ErrorList
	if !(t.Holdout > 0 && t.Holdout < 1) {
		list = append(list, field.Invalid(field.NewPath("HOLDOUT"), t.Holdout, "must be above 0 and below 1"))
	}
	if !(t.MinimumAccuracy >= 0 && t.MinimumAccuracy <= 1) {
		list = append(list, field.Invalid(field.NewPath("MINIMUM_ACCURACY"), t.MinimumAccuracy, "must be from 0 to 1"))
	}
	if !(t.Margin >= 0 && t.Margin < 1) {
		list = append(list, field.Invalid(field.NewPath("MARGIN"), t.Margin, "must be from 0 and below 1"))
	}
	return list
}

// resolve makes a URI of a name below a base, or of a path on this machine.
func resolve(name, base string) string {
	switch {
	case name == "" || strings.Contains(name, "://"):
		return name
	case filepath.IsAbs(name):
	case base != "":
		return strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(filepath.ToSlash(filepath.Clean("/"+name)), "/")
	default:
		absolute, err := filepath.Abs(name)
		if err != nil {
			return name // the check of the URI reports it
		}
		name = absolute
	}
	return store.FileURI(name)
}
