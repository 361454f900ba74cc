package images

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// CertificatesPath is where Go, OpenSSL and curl look for public authorities.
const CertificatesPath = "/etc/ssl/certs/ca-certificates.crt"

// UserID is the user and the group that images run as. It exists on no node.
const UserID = 65532

// emptyBase is an image of one platform with nothing in it.
func emptyBase(platform v1.Platform) (v1.Image, error) {
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	return mutate.ConfigFile(image, &v1.ConfigFile{
		OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant,
		RootFS: v1.RootFS{Type: "layers"}, Created: v1.Time{Time: epoch},
	})
}

// pulledBase is the image of one platform from a registry. Without a digest it
// would be another one tomorrow.
func pulledBase(ctx context.Context, reference string, platform v1.Platform) (v1.Image, error) {
	digest, err := name.NewDigest(reference)
	if err != nil {
		return nil, fmt.Errorf("base %q: must end with @sha256: and a digest: %w", reference, err)
	}
	image, err := remote.Image(digest, remote.WithContext(ctx), remote.WithPlatform(platform),
		remote.WithAuthFromKeychain(authn.DefaultKeychain))
	if err != nil {
		return nil, fmt.Errorf("fetching the base for %s: %w", platform, err)
	}
	return image, nil
}

// Minimal are the files that every program expects: certificates of public
// authorities, the name of the user, and a folder for temporary files.
func Minimal() []File {
	return []File{
		{Path: CertificatesPath, Data: certificates()},
		{Path: "/etc/passwd", Data: fmt.Appendf(nil, "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:%[1]d:%[1]d:nonroot:/tmp:/sbin/nologin\n", UserID)},
		{Path: "/etc/group", Data: fmt.Appendf(nil, "root:x:0:\nnonroot:x:%d:\n", UserID)},
		{Path: "/tmp", Mode: os.ModeDir | os.ModeSticky | 0o777},
	}
}

// certificates are the public authorities that Mozilla trusts, as a module of Go
// carries them. Those that it trusts under conditions are left out: a file cannot
// say them.
func certificates() []byte {
	var text bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			_ = pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // a buffer takes everything
		}
	}
	return text.Bytes()
}
