package toolset

import (
	"context"
	"fmt"
	"path/filepath"
)

// kicsModule carries the queries of KICS besides its program.
const kicsModule = "github.com/Checkmarx/kics/v2"

// Scanners are public scanners of infrastructure code for insecure settings.
type Scanners struct {
	// Paths of the executables.
	Trivy, KICS string
	// KICSAssets is the folder with the queries and libraries of KICS. Trivy
	// has its checks inside.
	KICSAssets string
}

// Scanners returns the scanners and builds those that are not in the cache yet.
func (s *Set) Scanners(ctx context.Context) (Scanners, error) {
	// One after the other: the build of either fills the memory of a small machine.
	trivy, err := s.build(ctx, trivy())
	if err != nil {
		return Scanners{}, err
	}
	kics, err := s.build(ctx, kics())
	if err != nil {
		return Scanners{}, err
	}
	folder, err := s.moduleFolder(ctx, filepath.Join(s.Root, "tools", "kics"), kicsModule)
	if err != nil {
		return Scanners{}, fmt.Errorf("fetching the queries of KICS: %w", err)
	}
	return Scanners{Trivy: trivy.path("trivy"), KICS: kics.path("kics"), KICSAssets: filepath.Join(folder, "assets")}, nil
}

// ScannersBuilt says whether Scanners would find both programs in the cache, for
// tests that must not start a build of many minutes.
func (s *Set) ScannersBuilt() (bool, error) {
	for _, f := range []family{trivy(), kics()} {
		built, err := s.locate(f)
		if err != nil || !exists(built.root) {
			return false, err
		}
	}
	return true, nil
}

func trivy() family {
	const module = "github.com/aquasecurity/trivy"
	return family{
		folder: "trivy", label: "trivy", module: module, takes: "about ten minutes", needGiB: 5,
		programs: map[string]string{"trivy": module + "/cmd/trivy"},
	}
}

func kics() family {
	return family{
		folder: "kics", label: "KICS", module: kicsModule, takes: "about seven minutes", needGiB: 4,
		programs: map[string]string{"kics": kicsModule + "/cmd/console"},
	}
}
