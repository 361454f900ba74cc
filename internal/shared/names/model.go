package names

// What the platform's inference service trains and serves. It is written here
// because the definitions of tenants and the service must agree on it.
const (
	// ModelSentiment tells positive English texts from negative ones.
	ModelSentiment = "sentiment"
	// ModelDefects finds defective parts by the measurements of a production line.
	ModelDefects = "defects"
)

// ModelKinds lists the kinds of models.
func ModelKinds() []string { return []string{ModelSentiment, ModelDefects} }

// InferenceRepository is the repository of the platform's own inference service,
// which trains its model too.
const InferenceRepository = "inference"
