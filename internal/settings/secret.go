package settings

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Placeholder stands for an encrypted value where it cannot be decrypted, as in
// an embedded preview. It passes every check of a secret's form.
const Placeholder = "placeholder-for-an-encrypted-value"

// Secret is a value that is never printed. The zero value is an unset secret.
type Secret struct {
	// A pointer, because fmt prints what unexported fields hold without asking
	// the methods below, but of a pointer only the address.
	text      *string
	encrypted bool
}

// NewSecret wraps a plain value.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Input returns the value as a secret output, the only way it leaves.
func (s Secret) Input() pulumi.StringOutput {
	return pulumi.ToSecret(pulumi.String(s.plain())).(pulumi.StringOutput)
}

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.plain() != "" }

// Format implements fmt.Formatter for every verb and never prints the value.
func (s Secret) Format(state fmt.State, _ rune) {
	// fmt drops errors of its writers as well.
	_, _ = state.Write([]byte(s.String()))
}

// String returns "(secret)", or "" when there is no value.
func (s Secret) String() string {
	if !s.IsSet() {
		return ""
	}
	return validation.Redacted
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// MarshalJSON writes what String returns.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// UnmarshalStrict implements strict.Unmarshaler.
func (s *Secret) UnmarshalStrict(value any) error {
	switch typed := value.(type) {
	case string:
		*s = NewSecret(typed)
	case encrypted:
		*s = NewSecret(Placeholder)
		s.encrypted = true
	default:
		return errors.New("must be a string")
	}
	return nil
}

func (s Secret) plain() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// encrypted stands in a tree where the stack file has {secure: ciphertext}.
type encrypted struct{}

// MarshalJSON says what stands there when it stands in the wrong place.
func (encrypted) MarshalJSON() ([]byte, error) { return json.Marshal("(encrypted)") }
