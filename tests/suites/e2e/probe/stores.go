package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// objectName is what is written below each prefix, and removed again.
const objectName = "e2e-probe"

// objects tries every bucket of this pod: below its own prefix, below that of another
// tenant, and its own without a login.
func objects(ctx context.Context, other string) {
	named, err := store(credentials.NewEnvAWS())
	if err != nil {
		fmt.Println(err)
		return
	}
	nobody, err := store(credentials.NewStatic("", "", "", credentials.SignatureAnonymous))
	if err != nil {
		fmt.Println(err)
		return
	}
	await(os.Getenv("AWS_ENDPOINT_URL_S3"))
	for _, variable := range []string{"RAW_URI", "PROCESSED_URI", "MODELS_URI"} {
		location, err := url.Parse(os.Getenv(variable))
		if err != nil {
			fmt.Println(err)
			continue
		}
		own := strings.TrimPrefix(location.Path, "/") + "/"
		tryObjects(ctx, named, location.Host, "own", own)
		tryObjects(ctx, named, location.Host, "other", "tenants/"+other+"/")
		tryObjects(ctx, nobody, location.Host, "anonymous", own)
	}
}

// store is a client of the address that the environment names.
func store(login *credentials.Credentials) (*minio.Client, error) {
	address, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL_S3"))
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(os.Getenv("AWS_CA_BUNDLE"))
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority)
	return minio.New(address.Host, &minio.Options{
		Creds: login, Secure: address.Scheme == "https", Region: os.Getenv("AWS_REGION"), MaxRetries: 1,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}},
	})
}

func tryObjects(ctx context.Context, client *minio.Client, bucket, whose, prefix string) {
	_, put := client.PutObject(ctx, bucket, prefix+objectName, strings.NewReader("e2e"), 3, minio.PutObjectOptions{})
	get := read(ctx, client, bucket, prefix+objectName)
	var list error
	for object := range client.ListObjects(ctx, bucket, minio.ListObjectsOptions{Prefix: prefix}) {
		list = errors.Join(list, object.Err)
	}
	remove := client.RemoveObject(ctx, bucket, prefix+objectName, minio.RemoveObjectOptions{})
	fmt.Printf("%s %s: put %s, get %s, list %s, remove %s\n", bucket, whose, code(put), code(get), code(list), code(remove))
}

func read(ctx context.Context, client *minio.Client, bucket, key string) error {
	object, err := client.GetObject(ctx, bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer object.Close()
	_, err = io.ReadAll(object)
	return err
}

// code is how an S3 server names a refusal.
func code(err error) string {
	var refusal minio.ErrorResponse
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &refusal):
		return refusal.Code
	default:
		return err.Error()
	}
}

// databases logs in where this pod may, and where it may not.
func databases(ctx context.Context, other string) {
	fmt.Println("database own:", login(ctx, ""))
	fmt.Println("database other:", login(ctx, "dbname="+other))
	fmt.Println("database other by its name:", login(ctx, "user="+other+" dbname="+other))
	fmt.Println("database administrator:", login(ctx, "user=postgres dbname=postgres"))
	fmt.Println("database without TLS:", login(ctx, "sslmode=disable"))
}

// login connects with what the environment says but for some settings, and returns
// the state of SQL when it is refused.
func login(ctx context.Context, instead string) string {
	connection, err := pgx.Connect(ctx, instead)
	if err != nil {
		var refusal *pgconn.PgError
		if errors.As(err, &refusal) {
			return refusal.Code
		}
		return err.Error()
	}
	defer connection.Close(ctx)
	var encrypted bool
	if err := connection.QueryRow(ctx, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").Scan(&encrypted); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("ok, encrypted %t", encrypted)
}
