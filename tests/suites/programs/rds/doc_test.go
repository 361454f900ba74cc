// Package rds_test runs the jobs of components/metadatastore/account against a real
// PostgreSQL that is set up like one in RDS: a master who is no superuser, the role
// rds_iam, TLS only, and a password refused to whoever belongs to that role. What
// AWS itself does there, looking at tokens, an LDAP server of the test does: it checks
// the signature of the token and that IAM admits its user.
package rds_test
