// Package deployed has fake clouds that keep what is made in them, so that a whole
// stack on AWS can be deployed, changed and deployed again by the real engine with
// the real EKS component provider. Which changes would replace a resource only the
// real provider knows: here every change is an update in place, and what a test can
// see is which resources are touched, with which inputs, and in which order.
package deployed
