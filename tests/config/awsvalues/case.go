package awsvalues

import (
	"fmt"
	"slices"
)

// Where says where a wrong value is stopped.
type Where int

// The places, the best first.
const (
	// Ours is our own validation, before anything is registered.
	Ours Where = iota
	// Provider is the provider, when it checks or plans a resource.
	Provider
	// Nowhere is AWS itself, in the middle of an update.
	Nowhere
)

// String names the place.
func (w Where) String() string {
	switch w {
	case Ours:
		return "ours"
	case Provider:
		return "provider"
	case Nowhere:
		return "nowhere"
	default:
		return fmt.Sprintf("Where(%d)", int(w))
	}
}

// Case is one value that AWS refuses.
type Case struct {
	// Name says what is wrong; it is unique.
	Name string
	// Settings puts the value into a stack file, decoded from YAML. Either this or
	// Args is set.
	Settings func(stackFile map[string]any)
	// Args builds a component with the value against mocks and returns its error.
	Args func() error
	// Message is the text our error must contain: the path, the value and the rule. Empty
	// when the value is not stopped by us.
	Message string
	// Type is the Pulumi type of a resource the value would arrive at; every plan of
	// Stack has one. Empty when there is none, because the value only decides how
	// many resources there are or reaches none.
	Type string
	// Property is the path of the property, such as "scalingConfig.minSize" or
	// "tagSpecifications[0].resourceType".
	Property string
	// Value is the value the property would have.
	Value any
	// Stop says where the value is stopped.
	Stop Where
	// Reason says why a value passes our checks.
	Reason string
}

// Stack is the stack whose file Settings changes: it has every kind of resource
// that the corpus names.
const Stack = "dev"

// Cases returns the whole corpus, by theme.
func Cases() []Case {
	return slices.Concat(
		accountCases(), networkCases(), rangeCases(), clusterCases(), principalCases(), nodeCases(), labelCases(),
		scheduleCases(), databaseCases(), windowCases(), bucketCases(), registryCases(), identityCases(), costCases(), tagCases(),
	)
}
