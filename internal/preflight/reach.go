package preflight

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// unreachable says why the cluster gave no usable first answer.
func unreachable(ctx context.Context, address string, err error) error {
	var untrusted *tls.CertificateVerificationError
	var hostname x509.HostnameError
	var wire *url.Error
	switch cause := rootOf(err, &wire); {
	case ctx.Err() != nil:
		return fmt.Errorf("asking the cluster at %s: %w", address, context.Cause(ctx))
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("kubernetes.context: the cluster at %s does not answer within %s; start it, or correct the address", address, answerTimeout)
	case errors.As(err, &hostname):
		return fmt.Errorf("kubernetes.context: the certificate of %s is for another name: %w; correct the server in the kubeconfig", address, cause)
	case errors.As(err, &untrusted):
		return fmt.Errorf("kubernetes.context: the certificate of %s is not trusted: %w; fetch the kubeconfig again, with the cluster's certificate authority", address, cause)
	case strings.Contains(err.Error(), "remote error: tls:"):
		return fmt.Errorf("kubernetes.context: %s refuses the client certificate: %w; fetch the kubeconfig again", address, cause)
	case strings.Contains(err.Error(), "getting credentials"):
		return fmt.Errorf("kubernetes.context: the credentials for %s cannot be had: %s; install or repair the program that the kubeconfig names for them", address, firstLine(cause))
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("kubernetes.context: %s does not accept the credentials (401); log in again, or fetch the kubeconfig again", address)
	case apierrors.IsForbidden(err):
		return fmt.Errorf("kubernetes.context: %s does not let this user read its version (403); use a user with the role cluster-admin", address)
	case wire != nil:
		return fmt.Errorf("kubernetes.context: the cluster at %s cannot be reached: %w; start it, or correct the address", address, cause)
	default:
		return fmt.Errorf("kubernetes.context: %s answers, but not as a Kubernetes API server: %w; correct the server of the context's cluster", address, cause)
	}
}

// rootOf takes off the method and the address that the HTTP client put before
// its error: the sentence names the address already.
func rootOf(err error, wire **url.Error) error {
	if errors.As(err, wire) {
		return (*wire).Err
	}
	return err
}

// firstLine leaves out the advice that client-go adds to an error over several lines.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// denied says that something may not be read, and what that keeps from being known.
func denied(what string, err error) error {
	if apierrors.IsForbidden(err) {
		return fmt.Errorf("kubernetes.context: this user may not list %s (403); use a user with the role cluster-admin", what)
	}
	return fmt.Errorf("kubernetes.context: listing %s: %w; see whether the cluster is healthy", what, err)
}
