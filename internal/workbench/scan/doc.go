// Package scan has two public scanners, trivy and KICS, look for insecure settings
// in what a stack would be: the AWS part as Terraform JSON and as a plan, the
// Kubernetes part as manifests. What either calls high or critical fails the run
// unless policy/scan-exemptions.yaml gives a reason why it is so.
//
// Both scanners run offline, with the rules that are built into them.
package scan
