package datastore

// Keys of the Secret with the certificate and the administrator of a store.
const (
	AuthorityKey   = "ca.crt"
	CertificateKey = "tls.crt"
	PrivateKeyKey  = "tls.key"
	UserKey        = "user"
	PasswordKey    = "password"
)
