// Package artifact reads trained models: a manifest that says what the model is,
// and the model itself under a name that holds its digest. A manifest is written
// after its file and names it, so a reader sees the old model or the new one
// and never a part of either. Package versions writes them.
package artifact

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

const (
	// ManifestName is the name of the manifest of the model in use, in the folder of a model.
	ManifestName = "manifest.json"
	// Format is the version of the manifest and of the file that it names.
	Format = 1
	// MaxManifestBytes is the largest manifest that is read: a real one has less than 1 KiB.
	MaxManifestBytes = 64 << 10
	// DefaultMaxBytes is the largest model that is read. In use a model takes four
	// times the size of its file, and seven times while it is read (measured with
	// 900,000 terms, 26 MiB). The old one and the new one together stay below the
	// 512 MiB of the default replica.
	DefaultMaxBytes = 32 << 20
)

// versionPattern is the form of Manifest.Version: the time and the start of the digest.
var versionPattern = regexp.MustCompile(`^\d{8}T\d{6}Z-[0-9a-f]{12}$`)

// IsVersion says whether a text has the form of a version.
func IsVersion(text string) bool { return versionPattern.MatchString(text) }

// VersionName is the name of the manifest of a version that is or was in use, or might be.
func VersionName(version string) string { return path.Join("versions", version+".json") }

// ErrRefused is the error of artifacts that are broken, too large, or not models
// of this service.
var ErrRefused = errors.New("the model is refused")

// Manifest says what a model is.
type Manifest struct {
	// Format is Format.
	Format int `json:"format"`
	// Kind is the kind of the model; sentiment in manifests from before there were
	// others.
	Kind string `json:"kind,omitempty"`
	// File is the name of the model in the same folder.
	File string `json:"file"`
	// SHA256 is the digest of the file, in hex.
	SHA256 string `json:"sha256"`
	// Size is the size of the file in bytes.
	Size int64 `json:"size"`
	// Version names the model: when it was trained, and the start of its digest.
	Version string `json:"version"`
	// TrainedAt is when it was trained.
	TrainedAt time.Time `json:"trainedAt"`
	// Classes are the classes it tells apart.
	Classes []string `json:"classes"`
	// Samples is how many examples it learned from.
	Samples int `json:"samples"`
	// HeldOut is how many examples it was measured on.
	HeldOut int `json:"heldOut"`
	// Accuracy is the share of those that it got right, 0 to 1.
	Accuracy float64 `json:"accuracy"`
	// Holdout, Seed and Split say which examples these were: models with the same split
	// can be compared. Split is the number of the rule, training.SplitRule. Each is 0 in
	// manifests from before it was written.
	Holdout float64 `json:"holdout,omitempty"`
	Seed    int64   `json:"seed,omitempty"`
	Split   int     `json:"split,omitempty"`
	// Scores are precision and recall of each class on the examples held out.
	Scores []Score `json:"scores,omitempty"`
	// Data is the table that it learned from, as it was named, and DataSHA256 its digest in
	// hex; a table that comes with the service has no name.
	Data       string `json:"data,omitempty"`
	DataSHA256 string `json:"dataSha256,omitempty"`
	// Code is the version of the service that trained it, and Environment what that ran on.
	Code        string `json:"code,omitempty"`
	Environment string `json:"environment,omitempty"`
	// Rejected is why it was not taken into use when it was trained; empty for one that was.
	Rejected string `json:"rejected,omitempty"`
	// Before are the versions that were in use before this one, the latest first, in the
	// manifest of the model in use alone.
	Before []string `json:"before,omitempty"`
}

// Score is how good a model is at one class, each number from 0 to 1.
type Score struct {
	// Class is one of the classes of the kind.
	Class string `json:"class"`
	// Precision is the share of right answers among those that named the class.
	Precision float64 `json:"precision"`
	// Recall is the share of the examples of the class that were found.
	Recall float64 `json:"recall"`
}

// scores are those of every class.
func scores(kind model.Kind, evaluation model.Evaluation) []Score {
	list := make([]Score, 0, len(kind.Classes()))
	for _, class := range kind.Classes() {
		list = append(list, Score{class, evaluation.Precision(class), evaluation.Recall(class)})
	}
	return list
}

// Describe returns the manifest of an encoded model.
func Describe(kind model.Kind, encoded []byte, trainedAt time.Time, samples int, evaluation model.Evaluation) Manifest {
	sum := sha256.Sum256(encoded)
	digest := hex.EncodeToString(sum[:])
	trainedAt = trainedAt.UTC().Truncate(time.Second)
	return Manifest{
		Format: Format, Kind: kind.Name(), File: fileName(digest), SHA256: digest, Size: int64(len(encoded)),
		Version:   trainedAt.Format("20060102T150405Z") + "-" + digest[:12],
		TrainedAt: trainedAt, Classes: kind.Classes(),
		Samples: samples, HeldOut: evaluation.Samples(), Accuracy: evaluation.Accuracy(), Scores: scores(kind, evaluation),
		Environment: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
	}
}

func fileName(digest string) string { return "model-" + digest[:12] + ".bin" }

// Encode returns a manifest as it is written.
func Encode(manifest Manifest) ([]byte, error) {
	data, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the manifest: %w", err)
	}
	return append(data, '\n'), nil
}

// ReadManifest returns a manifest of a model of a kind, by the name of the object, and
// its bytes, by which a change is seen.
func ReadManifest(ctx context.Context, from store.Store, name string, kind model.Kind) (Manifest, []byte, error) {
	data, err := store.Read(ctx, from, name, MaxManifestBytes)
	if err != nil {
		return Manifest{}, nil, refuseLarge(err)
	}
	manifest, err := parse(data, kind)
	if err != nil {
		return Manifest{}, data, fmt.Errorf("%w: %s: %w", ErrRefused, from.URI(name), err)
	}
	return manifest, data, nil
}

func parse(data []byte, kind model.Kind) (Manifest, error) {
	var manifest Manifest
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&manifest); err != nil {
		return Manifest{}, fmt.Errorf("not a manifest: %w", err)
	}
	if manifest.Format != Format {
		return Manifest{}, fmt.Errorf("format %d: must be %d", manifest.Format, Format)
	}
	manifest.Kind = cmp.Or(manifest.Kind, names.ModelSentiment)
	if manifest.Kind != kind.Name() {
		return Manifest{}, fmt.Errorf("kind %q: must be %q", manifest.Kind, kind.Name())
	}
	if digest, err := hex.DecodeString(manifest.SHA256); err != nil || len(digest) != sha256.Size {
		return Manifest{}, fmt.Errorf("sha256 %q: must be %d hex digits", manifest.SHA256, 2*sha256.Size)
	}
	// The name decides which object is read: it must not lead out of the folder.
	if want := fileName(manifest.SHA256); manifest.File != want {
		return Manifest{}, fmt.Errorf("file %q: must be %q", manifest.File, want)
	}
	if manifest.Version == "" || manifest.TrainedAt.IsZero() {
		return Manifest{}, errors.New("version and trainedAt: must be set")
	}
	if !slices.Equal(manifest.Classes, kind.Classes()) {
		return Manifest{}, fmt.Errorf("classes %q: must be %q", manifest.Classes, kind.Classes())
	}
	return manifest, nil
}

// ReadModel returns the model of a manifest after a look at its size and digest.
func ReadModel(
	ctx context.Context, from store.Store, kind model.Kind, manifest Manifest, maxBytes int64,
) (model.Model, error) {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s: %w", ErrRefused, from.URI(manifest.File), fmt.Errorf(format, args...))
	}
	if manifest.Size > maxBytes {
		return nil, refuse("%d bytes: must be at most %d", manifest.Size, maxBytes)
	}
	data, err := store.Read(ctx, from, manifest.File, maxBytes)
	if err != nil {
		return nil, refuseLarge(err)
	}
	if int64(len(data)) != manifest.Size {
		return nil, refuse("%d bytes, where the manifest says %d", len(data), manifest.Size)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != manifest.SHA256 {
		return nil, refuse("the SHA-256 digest is %x, where the manifest says %s", sum, manifest.SHA256)
	}
	decoded, err := kind.Decode(data)
	if err != nil {
		return nil, refuse("%w", err)
	}
	return decoded, nil
}

func refuseLarge(err error) error {
	if errors.Is(err, store.ErrTooLarge) {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}
