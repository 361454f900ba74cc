package strictyaml

import (
	"fmt"
	"math"
	"reflect"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

func decodeScalar(path *field.Path, value any, into reflect.Value) field.ErrorList {
	rule := ""
	switch into.Kind() {
	case reflect.String:
		rule = setString(value, into)
	case reflect.Bool:
		rule = setBool(value, into)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		rule = setInt(value, into)
	case reflect.Float32, reflect.Float64:
		rule = setFloat(value, into)
	default:
		return field.ErrorList{field.InternalError(at(path), fmt.Errorf("cannot decode into a %s", into.Type()))}
	}
	if rule == "" {
		return nil
	}
	switch value.(type) {
	case map[string]any, []any:
		value = shape(value)
	}
	return field.ErrorList{field.TypeInvalid(at(path), value, rule)}
}

func setString(value any, into reflect.Value) string {
	switch text := value.(type) {
	case string:
		into.SetString(text)
		return ""
	case bool, int, int64, uint64, float64:
		return "must be a string; put it in quotes"
	default:
		return "must be a string"
	}
}

func setBool(value any, into reflect.Value) string {
	flag, ok := value.(bool)
	if !ok {
		return "must be true or false, without quotes"
	}
	into.SetBool(flag)
	return ""
}

func setInt(value any, into reflect.Value) string {
	number, ok := integer(value)
	switch {
	case !ok && isNumber(value) && math.Trunc(toFloat(value)) == toFloat(value), ok && into.OverflowInt(number):
		return fmt.Sprintf("must fit into %d bits", into.Type().Bits())
	case !ok:
		return "must be an integer"
	}
	into.SetInt(number)
	return ""
}

func setFloat(value any, into reflect.Value) string {
	if !isNumber(value) {
		return "must be a number"
	}
	number := toFloat(value)
	if into.OverflowFloat(number) {
		return fmt.Sprintf("must fit into %d bits", into.Type().Bits())
	}
	into.SetFloat(number)
	return ""
}

// integer returns the value as an int64 when nothing is lost by that. Pulumi
// rewrites 2.0 to 2 on its way from the stack file to the program, so a float
// without a fraction counts as an integer here as well.
func integer(value any) (int64, bool) {
	switch number := value.(type) {
	case int64:
		return number, true
	case int:
		return int64(number), true
	case float64:
		// The float nearest to the largest int64 is one too large.
		if number != math.Trunc(number) || number < math.MinInt64 || number >= math.MaxInt64 {
			return 0, false
		}
		return int64(number), true
	default:
		return 0, false
	}
}

func isNumber(value any) bool {
	switch value.(type) {
	case int64, int, uint64, float64:
		return true
	default:
		return false
	}
}

func toFloat(value any) float64 {
	switch number := value.(type) {
	case int64:
		return float64(number)
	case int:
		return float64(number)
	case uint64:
		return float64(number)
	case float64:
		return number
	default:
		return math.NaN()
	}
}
