// Package terraform writes the AWS resources of a Pulumi plan as the Terraform
// configuration that the provider inside pulumi-aws would receive.
//
// pulumi-aws is the Terraform provider with other names: "aws:ec2/vpc:Vpc" is
// aws_vpc, "cidrBlock" is cidr_block, and a block that may appear once is an
// object where Terraform has a list. The provider's own schema says which is
// which. What cannot be written is an InputError, never left out in silence.
package terraform
