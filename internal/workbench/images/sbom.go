package images

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

// SPDXMediaType is the type of a list of parts in SPDX's JSON.
const SPDXMediaType = "application/spdx+json"

// document is a list of parts as SPDX 2.3 wants it.
type document struct {
	Version       string         `json:"spdxVersion"`
	License       string         `json:"dataLicense"`
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Namespace     string         `json:"documentNamespace"`
	Creation      creation       `json:"creationInfo"`
	Packages      []part         `json:"packages"`
	Relationships []relationship `json:"relationships"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type part struct {
	ID         string      `json:"SPDXID"`
	Name       string      `json:"name"`
	Version    string      `json:"versionInfo"`
	Download   string      `json:"downloadLocation"`
	Analyzed   bool        `json:"filesAnalyzed"`
	Checksums  []checksum  `json:"checksums,omitempty"`
	References []reference `json:"externalRefs,omitempty"`
}

type checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type reference struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type relationship struct {
	Element string `json:"spdxElementId"`
	Type    string `json:"relationshipType"`
	Related string `json:"relatedSpdxElement"`
}

// noAssertion is SPDX's word for what is not said.
const noAssertion = "NOASSERTION"

// describeProgram lists what a program of Go was built from, as the program itself
// knows it.
func describeProgram(path, name, version string) ([]byte, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading what %s was built from: %w", name, err)
	}
	digest, err := fileDigest(path)
	if err != nil {
		return nil, err
	}
	const program = "SPDXRef-program"
	list := document{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: name + "-" + version,
		Namespace: "https://github.com/mlops-iac/mlops/spdx/" + name + "/" + digest,
		// The time of the image: the list is as reproducible as what it describes.
		Creation: creation{Created: epoch.Format(time.RFC3339), Creators: []string{"Tool: mlops images"}},
		Packages: []part{{
			ID: program, Name: info.Path, Version: version, Download: noAssertion,
			Checksums: []checksum{{Algorithm: "SHA256", Value: digest}},
		}},
		Relationships: []relationship{{Element: "SPDXRef-DOCUMENT", Type: "DESCRIBES", Related: program}},
	}
	modules := append([]*debug.Module{{Path: "stdlib", Version: strings.TrimPrefix(info.GoVersion, "go")}}, info.Deps...)
	for i, module := range modules {
		entry := partOf(module, fmt.Sprintf("SPDXRef-module-%d", i))
		list.Packages = append(list.Packages, entry)
		list.Relationships = append(list.Relationships, relationship{Element: program, Type: "DEPENDS_ON", Related: entry.ID})
	}
	return json.MarshalIndent(list, "", "  ")
}

func partOf(module *debug.Module, id string) part {
	// A folder of the checkout in the place of a module is that module.
	if module.Replace != nil && !strings.HasPrefix(module.Replace.Path, ".") {
		module = module.Replace
	}
	return part{
		ID: id, Name: module.Path, Version: module.Version, Download: noAssertion,
		References: []reference{{
			Category: "PACKAGE-MANAGER", Type: "purl", Locator: "pkg:golang/" + module.Path + "@" + module.Version,
		}},
	}
}

func fileDigest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
