package budget

// Limits of AWS Budgets for one budget.
const (
	// MaximumNotifications is how many thresholds a budget can have.
	MaximumNotifications = 5
	// MaximumPercent is ten times the amount; more is a typing error.
	MaximumPercent = 1000
)

// DefaultActual returns the shares of the amount at which spending is told: 80 %
// leaves time to act, 100 % says that it is spent.
func DefaultActual() []int { return []int{80, 100} }

// DefaultForecast returns the share at which the forecast is told: the amount.
func DefaultForecast() []int { return []int{100} }
