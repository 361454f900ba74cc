// Package versions keeps every model that was trained, and says which one is in use.
//
// In the folder of a model, versions/ has the manifest of each version that may be used
// and never changes; manifest.json is the one in use, a copy of one of them with the
// versions before it. It is one object, replaced whole and only by whoever has read the
// one before, so it never leads to half a model, and of two writers one is told. What a
// gate has held back is in rejected/, in a folder of its own.
package versions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

// maxBefore is how many versions the one in use remembers, enough for a year of weeks.
const maxBefore = 52

// Errors of what a person asks for.
var (
	// ErrUnknown is the error of a version that is not there.
	ErrUnknown = errors.New("no such version")
	// ErrRejected is the error of a version that was held back, unless the caller says that he knows.
	ErrRejected = errors.New("the version was rejected")
	// ErrNothingBefore is the error of a rollback from the first version.
	ErrNothingBefore = errors.New("no version was in use before")
)

// Versions are those of one model.
type Versions struct {
	at   store.Store
	kind model.Kind
}

// Open returns the versions of a model of a kind in its folder.
func Open(at store.Store, kind model.Kind) Versions { return Versions{at, kind} }

// InUse returns the manifest of the model in use and its bytes, for Promote. Before
// there is one the bytes are nil, and the error is store.ErrNotFound. One that is broken
// has bytes too, so that it can be replaced.
func (v Versions) InUse(ctx context.Context) (artifact.Manifest, []byte, error) {
	manifest, data, err := artifact.ReadManifest(ctx, v.at, artifact.ManifestName, v.kind)
	if data != nil || !errors.Is(err, artifact.ErrRefused) {
		return manifest, data, err
	}
	data, readErr := store.Read(ctx, v.at, artifact.ManifestName, artifact.DefaultMaxBytes)
	return manifest, data, errors.Join(err, readErr)
}

// Add writes a version that may be used: its model, then its manifest. One that is
// there stays as it is.
func (v Versions) Add(ctx context.Context, manifest artifact.Manifest, encoded []byte) error {
	if err := v.at.Put(ctx, manifest.File, encoded); err != nil {
		return err
	}
	return v.keep(ctx, artifact.VersionName(manifest.Version), manifest)
}

// Reject writes a version that is not to be used, with the reason.
func (v Versions) Reject(ctx context.Context, manifest artifact.Manifest, encoded []byte, reason string) error {
	manifest.Rejected = reason
	if err := v.at.Put(ctx, rejected(manifest.File), encoded); err != nil {
		return err
	}
	return v.keep(ctx, rejectedName(manifest.Version), manifest)
}

func rejected(name string) string { return path.Join(store.RejectedFolder, name) }

func rejectedName(version string) string { return rejected(version + ".json") }

// keep writes a manifest that is not there yet.
func (v Versions) keep(ctx context.Context, name string, manifest artifact.Manifest) error {
	manifest.Before = nil
	data, err := artifact.Encode(manifest)
	if err != nil {
		return err
	}
	if err := v.at.Replace(ctx, name, nil, data); !errors.Is(err, store.ErrChanged) {
		return err
	}
	return nil
}

// Promote takes a version into use, where the one in use is still what was read: inUse
// are the bytes of InUse. The model is read once more before, so that replicas can. A
// rejected version needs force.
func (v Versions) Promote(ctx context.Context, version string, inUse []byte, force bool) (artifact.Manifest, error) {
	manifest, err := v.find(ctx, version, force)
	if err != nil {
		return artifact.Manifest{}, err
	}
	current := parsed(inUse)
	if manifest.Before = current.Before; current.Version != "" && current.Version != version {
		manifest.Before = append([]string{current.Version}, current.Before...)
	}
	manifest.Before = slices.DeleteFunc(manifest.Before, func(before string) bool { return before == version })
	manifest.Before = manifest.Before[:min(len(manifest.Before), maxBefore)]
	return manifest, v.use(ctx, manifest, current, inUse)
}

// Rollback takes the version that was in use before into use.
func (v Versions) Rollback(ctx context.Context) (from, to artifact.Manifest, err error) {
	from, inUse, err := v.InUse(ctx)
	if err != nil {
		return from, to, err
	}
	if len(from.Before) == 0 {
		return from, to, fmt.Errorf("%w %s", ErrNothingBefore, from.Version)
	}
	if to, err = v.find(ctx, from.Before[0], true); err != nil {
		return from, to, err
	}
	to.Before = from.Before[1:]
	return from, to, v.use(ctx, to, from, inUse)
}

// use writes the manifest of the model in use. The one before is kept, which a release
// without versions has not done.
func (v Versions) use(ctx context.Context, next, current artifact.Manifest, inUse []byte) error {
	if artifact.IsVersion(current.Version) {
		if err := v.keep(ctx, artifact.VersionName(current.Version), current); err != nil {
			return err
		}
	}
	data, err := artifact.Encode(next)
	if err != nil {
		return err
	}
	return v.at.Replace(ctx, artifact.ManifestName, inUse, data)
}

// parsed is the manifest in use as far as it can be read: one that is broken is
// replaced, and has nothing before it.
func parsed(inUse []byte) artifact.Manifest {
	var manifest artifact.Manifest
	_ = json.Unmarshal(inUse, &manifest)
	return manifest
}

// find returns the manifest of a version whose model can be used. A rejected one is
// copied to where replicas look.
func (v Versions) find(ctx context.Context, version string, force bool) (artifact.Manifest, error) {
	manifest, err := v.Show(ctx, version)
	if err != nil {
		return artifact.Manifest{}, err
	}
	if manifest.Rejected != "" {
		if !force {
			return artifact.Manifest{}, fmt.Errorf("%w: %s", ErrRejected, manifest.Rejected)
		}
		if err := v.pardon(ctx, manifest); err != nil {
			return artifact.Manifest{}, err
		}
	}
	_, err = artifact.ReadModel(ctx, v.at, v.kind, manifest, artifact.DefaultMaxBytes)
	return manifest, err
}

// pardon copies a rejected version to the others. That it was rejected stays in it.
func (v Versions) pardon(ctx context.Context, manifest artifact.Manifest) error {
	encoded, err := store.Read(ctx, v.at, rejected(manifest.File), artifact.DefaultMaxBytes)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it was copied before
	}
	if err != nil {
		return err
	}
	return v.Add(ctx, manifest, encoded)
}

// Show returns the manifest of a version, used or rejected.
func (v Versions) Show(ctx context.Context, version string) (artifact.Manifest, error) {
	if !artifact.IsVersion(version) {
		return artifact.Manifest{}, fmt.Errorf(`%w: %q: must be of the form "20260102T150405Z-0123456789ab"`, ErrUnknown, version)
	}
	var err error
	for _, name := range []string{artifact.VersionName(version), rejectedName(version)} {
		var manifest artifact.Manifest
		if manifest, _, err = artifact.ReadManifest(ctx, v.at, name, v.kind); err == nil || !errors.Is(err, store.ErrNotFound) {
			return manifest, err
		}
	}
	// One that an earlier release has published has no manifest but that in use.
	if current, _, inUse := v.InUse(ctx); inUse == nil && current.Version == version {
		current.Before = nil
		return current, nil
	}
	return artifact.Manifest{}, fmt.Errorf("%w: %s", ErrUnknown, version)
}

// List returns the versions there are, the newest first, and the one in use.
func (v Versions) List(ctx context.Context) (all []artifact.Manifest, inUse artifact.Manifest, err error) {
	inUse, _, err = v.InUse(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, artifact.ErrRefused) {
		return nil, inUse, err
	}
	names, err := v.names(ctx)
	if err != nil {
		return nil, inUse, err
	}
	for _, name := range names {
		manifest, _, err := artifact.ReadManifest(ctx, v.at, name, v.kind)
		if err != nil {
			return nil, inUse, err
		}
		all = append(all, manifest)
	}
	if artifact.IsVersion(inUse.Version) && !slices.Contains(names, artifact.VersionName(inUse.Version)) {
		only := inUse // an earlier release has kept no other manifest of it
		only.Before = nil
		all = append(all, only)
	}
	slices.SortFunc(all, func(a, b artifact.Manifest) int { return strings.Compare(b.Version, a.Version) })
	return all, inUse, nil
}

// names are those of the manifests of all versions, one for each: what was rejected and
// is used all the same has two.
func (v Versions) names(ctx context.Context) ([]string, error) {
	var known []string
	for _, nameOf := range []func(version string) string{artifact.VersionName, rejectedName} {
		names, err := v.at.List(ctx, path.Dir(nameOf("")))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			version, found := strings.CutSuffix(path.Base(name), ".json")
			if found && artifact.IsVersion(version) && !slices.Contains(known, artifact.VersionName(version)) {
				known = append(known, name)
			}
		}
	}
	return known, nil
}
