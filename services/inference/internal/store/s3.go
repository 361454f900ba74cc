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
	object, err := b.get(ctx, name)
	if err != nil {
		return nil, err
	}
	return object.Body, nil
}

func (b *bucket) get(ctx context.Context, name string) (*s3.GetObjectOutput, error) {
	object, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(b.name), Key: aws.String(b.key(name))})
	if err == nil {
		return object, nil
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
	key, found := b.key(name), false
	err = b.eachKey(ctx, key, func(other string) bool {
		found = other == key
		return !found && other < key
	})
	return err == nil && !found
}

// Empty says that there is not one object below the prefix that counts. What a console
// makes of a folder, an object with a slash at its end, does not.
func (b *bucket) Empty(ctx context.Context) (bool, error) {
	empty := true
	err := b.eachKey(ctx, b.folder(""), func(key string) bool {
		empty = strings.HasSuffix(key, "/") || isRejected(b.nameOf(key))
		return empty
	})
	return empty, err
}

// List returns the names of the objects in a folder.
func (b *bucket) List(ctx context.Context, folder string) ([]string, error) {
	var names []string
	err := b.eachKey(ctx, b.folder(folder), func(key string) bool {
		if !strings.HasSuffix(key, "/") {
			names = append(names, b.nameOf(key))
		}
		return true
	})
	return names, err
}

// folder is the prefix of all keys in a folder.
func (b *bucket) folder(name string) string {
	if key := b.key(name); key != "" {
		return key + "/"
	}
	return ""
}

// nameOf is the name of the object with a key.
func (b *bucket) nameOf(key string) string { return strings.TrimPrefix(key, b.folder("")) }

// eachKey goes through the keys with a prefix, in their order, until next says no.
func (b *bucket) eachKey(ctx context.Context, prefix string, next func(key string) bool) error {
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: aws.String(b.name), Prefix: aws.String(prefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("listing %s://%s/%s: %w", SchemeS3, b.name, prefix, err)
		}
		for _, object := range page.Contents {
			if !next(aws.ToString(object.Key)) {
				return nil
			}
		}
	}
	return nil
}

// Replace has S3 compare the tag of the object that was read with the one it has.
func (b *bucket) Replace(ctx context.Context, name string, was, data []byte) error {
	input := &s3.PutObjectInput{Bucket: aws.String(b.name), Key: aws.String(b.key(name)), Body: bytes.NewReader(data)}
	if was == nil {
		input.IfNoneMatch = aws.String("*")
	} else {
		tag, err := b.tagOf(ctx, name, was)
		if err != nil {
			return err
		}
		input.IfMatch = tag
	}
	_, err := b.client.PutObject(ctx, input)
	if refused := smithy.APIError(nil); errors.As(err, &refused) &&
		slices.Contains([]string{"PreconditionFailed", "ConditionalRequestConflict"}, refused.ErrorCode()) {
		return fmt.Errorf("%s: %w", b.URI(name), ErrChanged)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", b.URI(name), err)
	}
	return nil
}

// tagOf is the tag of an object that is what was read.
func (b *bucket) tagOf(ctx context.Context, name string, was []byte) (*string, error) {
	object, err := b.get(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("%s: %w", b.URI(name), ErrChanged)
	}
	if err != nil {
		return nil, err
	}
	defer object.Body.Close()
	is, err := io.ReadAll(io.LimitReader(object.Body, int64(len(was))+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", b.URI(name), err)
	}
	if !bytes.Equal(is, was) {
		return nil, fmt.Errorf("%s: %w", b.URI(name), ErrChanged)
	}
	return object.ETag, nil
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
