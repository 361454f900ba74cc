package validation

import (
	"net/mail"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Emails reports every text that is not a plain e-mail address, without a name,
// and every address that stands in the list before.
func Emails(path *field.Path, emails []string) field.ErrorList {
	var list field.ErrorList
	for i, email := range emails {
		if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
			list = append(list, field.Invalid(path.Index(i), email, "must be an e-mail address"))
		} else if slices.Contains(emails[:i], email) {
			list = append(list, field.Duplicate(path.Index(i), email))
		}
	}
	return list
}
