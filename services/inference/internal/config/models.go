package config

import (
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Models are the settings of the commands about versions.
type Models struct {
	ModelKind string
	ModelURI  string
}

// Bind adds the flags of the settings.
func (m *Models) Bind(flags *pflag.FlagSet) {
	bindKind(flags, &m.ModelKind)
	flags.StringVar(&m.ModelURI, "model-uri", "", "folder of the model, s3://bucket/prefix or file:///folder")
}

// Check reports every setting that cannot be.
func (m *Models) Check() field.ErrorList {
	list := append(checkKind(m.ModelKind), checkURI("MODEL_URI", m.ModelURI)...)
	if m.ModelURI == "" {
		list = append(list, field.Required(field.NewPath("MODEL_URI"), "the folder of the model: --model-uri or MODEL_URI"))
	}
	return list
}
