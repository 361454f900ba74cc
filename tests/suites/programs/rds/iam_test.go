package rds_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/jimlambrt/gldap"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
)

// identity is somebody with credentials of AWS, and the database users that IAM
// admits for them.
type identity struct {
	key, secret string
	users       []string
}

// serveIAM answers whether a user may log in with a token, as binds of LDAP, which
// carry a password of any length.
func serveIAM(t *testing.T, identities ...identity) (port string) {
	t.Helper()
	server, err := gldap.NewServer()
	require.NoError(t, err)
	mux, err := gldap.NewMux()
	require.NoError(t, err)
	require.NoError(t, mux.Bind(func(w *gldap.ResponseWriter, r *gldap.Request) {
		code := gldap.ResultInvalidCredentials
		if message, err := r.GetSimpleBindMessage(); err == nil && admits(identities, strings.TrimPrefix(message.UserName, "uid="), string(message.Password)) {
			code = gldap.ResultSuccess
		}
		_ = w.Write(r.NewBindResponse(gldap.WithResponseCode(code)))
	}))
	require.NoError(t, server.Router(mux))
	port = freeport.Reserve(t).String()
	go func() { _ = server.Run(net.JoinHostPort("127.0.0.1", port)) }()
	t.Cleanup(func() { _ = server.Stop() })
	require.Eventually(t, server.Ready, 10*time.Second, 10*time.Millisecond)
	return port
}

// admits looks at a token as RDS does: it is a signed request to connect as a user.
func admits(identities []identity, user, token string) bool {
	request, err := http.NewRequest(http.MethodGet, "https://"+token, http.NoBody)
	if err != nil {
		return false
	}
	query := request.URL.Query()
	signed, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	scope := strings.Split(query.Get("X-Amz-Credential"), "/")
	if err != nil || len(scope) != 5 || query.Get("DBUser") != user || time.Since(signed) > 15*time.Minute {
		return false
	}
	for _, known := range identities {
		if known.key != scope[0] || known.sign(request.URL, scope[2], scope[3], signed) != query.Get("X-Amz-Signature") {
			continue
		}
		for _, admitted := range known.users {
			if admitted == user {
				return true
			}
		}
	}
	return false
}

// sign returns the signature that the identity would give the request.
func (i identity) sign(address *url.URL, region, service string, at time.Time) string {
	bare := *address
	query := bare.Query()
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		query.Del(name)
	}
	bare.RawQuery = query.Encode()
	nothing := sha256.Sum256(nil)
	request := &http.Request{Method: http.MethodGet, URL: &bare, Host: bare.Host, Header: http.Header{}}
	uri, _, err := v4.NewSigner().PresignHTTP(context.Background(), aws.Credentials{AccessKeyID: i.key, SecretAccessKey: i.secret},
		request, hex.EncodeToString(nothing[:]), service, region, at)
	if err != nil {
		return ""
	}
	signed, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return signed.Query().Get("X-Amz-Signature")
}
