// Package verifyaws has the AWS provider of Terraform, which is the code inside
// pulumi-aws, validate and plan what a stack registers on AWS, without an account.
//
// The resources come from the embedded preview (package engine) and are written
// as Terraform configuration (package terraform). OpenTofu runs the provider. What
// the provider says is reported against the Pulumi resource and its property.
package verifyaws
