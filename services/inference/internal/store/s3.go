package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// bucket is a Store below a prefix of an S3 bucket.
type bucket struct {
	client       *s3.Client
	name, prefix string
}

// openBucket takes endpoint, region and credentials from where the AWS SDK always
// takes them: the environment, or the identity of the pod on EKS. A private
// authority comes in AWS_CA_BUNDLE.
func openBucket(ctx context.Context, name, prefix string) (Store, error) {
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the AWS configuration: %w", err)
	}
	client := s3.NewFromConfig(loaded, func(o *s3.Options) {
		// A store at an address of its own has no DNS name for each bucket.
		o.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL_S3") != "" || os.Getenv("AWS_ENDPOINT_URL") != ""
	})
	return &bucket{client: client, name: name, prefix: prefix}, nil
}

func (b *bucket) key(name string) string { return path.Join(b.prefix, name) }

// URI returns the S3 URI of an object.
func (b *bucket) URI(name string) string { return SchemeS3 + "://" + b.name + "/" + b.key(name) }

// Open begins to download an object.
func (b *bucket) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	object, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(b.name), Key: aws.String(b.key(name))})
	if err == nil {
		return object.Body, nil
	}
	if b.missing(ctx, name, err) {
		return nil, fmt.Errorf("%s: %w", b.URI(name), ErrNotFound)
	}
	return nil, fmt.Errorf("opening %s: %w", b.URI(name), err)
}

// missing says whether an object cannot be opened because it does not exist. To a
// caller who may list a part of the bucket only, S3 says no more than that access
// is denied, and the list has to tell.
func (b *bucket) missing(ctx context.Context, name string, err error) bool {
	if missing := (*types.NoSuchKey)(nil); errors.As(err, &missing) {
		return true
	}
	if denied := smithy.APIError(nil); !errors.As(err, &denied) || denied.ErrorCode() != "AccessDenied" {
		return false
	}
	key := b.key(name)
	found, err := b.list(ctx, key)
	return err == nil && !slices.Contains(found, key)
}

// Empty says that there is not one object below the prefix. What a console makes
// of a folder, an object with a slash at its end, does not count.
func (b *bucket) Empty(ctx context.Context) (bool, error) {
	prefix := b.prefix
	if prefix != "" {
		prefix += "/"
	}
	found, err := b.list(ctx, prefix)
	if err != nil {
		return false, fmt.Errorf("listing %s: %w", b.URI(""), err)
	}
	return !slices.ContainsFunc(found, func(key string) bool { return !strings.HasSuffix(key, "/") }), nil
}

// list returns the first keys with a prefix, in their order.
func (b *bucket) list(ctx context.Context, prefix string) ([]string, error) {
	page, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String(b.name), Prefix: aws.String(prefix)})
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(page.Contents))
	for i, object := range page.Contents {
		keys[i] = aws.ToString(object.Key)
	}
	return keys, nil
}

// Put uploads an object, which S3 shows only when it is complete.
func (b *bucket) Put(ctx context.Context, name string, data []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(b.key(name)), Body: bytes.NewReader(data),
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", b.URI(name), err)
	}
	return nil
}
