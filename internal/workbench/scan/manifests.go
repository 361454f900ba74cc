package scan

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// Written says what WriteManifests made of a plan.
type Written struct {
	// Objects is the number of files.
	Objects int
	// Releases are the Pulumi names of the Helm releases. What their charts make
	// is not in the plan and so is not written.
	Releases []string
}

const (
	releaseType = "kubernetes:helm.sh/v3:Release"
	// markOfResource starts the first line of a manifest, which names the resource.
	markOfResource = "# resource: "
)

// What stands for values the plan does not have. Each is valid where it stands.
const (
	unknownText  = "known-after-apply"
	unknownImage = "registry.invalid/known-after-apply:0.0.0"
	maskedText   = "masked"
	maskedBytes  = "bWFza2Vk" // maskedText in base64, as the data of a Secret is
)

// WriteManifests writes every Kubernetes object of a plan as one YAML file to
// folder, which must exist and be empty. The file is named after the kind and
// the resource, and its first line has the resource's type and name.
//
// A value that is not known before the deployment is replaced by a text, a
// secret by another, so nothing confidential is written.
func WriteManifests(plan engine.Plan, folder string) (Written, error) {
	var written Written
	for _, r := range plan.Resources {
		switch {
		case r.Type == releaseType:
			written.Releases = append(written.Releases, r.Name)
		case r.Custom && strings.HasPrefix(r.Type, string(partKubernetes)):
			if err := writeManifest(r, folder); err != nil {
				return Written{}, fmt.Errorf("writing %s %s as a manifest: %w", r.Type, r.Name, err)
			}
			written.Objects++
		}
	}
	slices.Sort(written.Releases)
	return written, nil
}

func writeManifest(r engine.Resource, folder string) error {
	object, _ := known("", r.Inputs).(map[string]any)
	kind, _ := object["kind"].(string)
	version, _ := object["apiVersion"].(string)
	metadata, _ := object["metadata"].(map[string]any)
	if kind == "" || version == "" || metadata == nil {
		return errors.New("it has no kind, apiVersion or metadata")
	}
	if metadata["name"] == nil {
		metadata["name"] = r.Name // what the provider would do, without its random end
	}
	text, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	name := strings.ToLower(kind) + "." + strings.NewReplacer("/", "_", ":", "_").Replace(r.Name) + ".yaml"
	file, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%s%s %s\n%s", markOfResource, r.Type, r.Name, text)
	return errors.Join(err, file.Close())
}

// known returns a copy of a value with placeholders for what is not known and
// for what is masked. key is what the value is called.
func known(key string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		if v[resource.SigKey] == resource.SecretSig {
			return masked(key)
		}
		object := make(map[string]any, len(v))
		for k, item := range v {
			object[k] = known(k, item)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = known(key, item)
		}
		return list
	case string:
		if v != plugin.UnknownStringValue {
			return v
		}
		if key == "image" {
			return unknownImage
		}
		return unknownText
	default:
		return v
	}
}

// masked stands for a secret: a text, but for the contents of a Secret, which
// are masked as a whole.
func masked(key string) any {
	if key == "data" || key == "stringData" {
		return map[string]any{maskedText: maskedBytes}
	}
	return maskedText
}

// manifestResource returns the resource that a manifest was written for.
func manifestResource(folder, file string) (string, error) {
	opened, err := os.Open(filepath.Join(folder, file))
	if err != nil {
		return "", err
	}
	defer opened.Close()
	line, err := bufio.NewReader(opened).ReadString('\n')
	resource, ok := strings.CutPrefix(line, markOfResource)
	if err != nil || !ok {
		return "", fmt.Errorf("%s does not start with the line that names its resource", file)
	}
	return strings.TrimSpace(resource), nil
}

// countManifests returns how many manifests a folder has.
func countManifests(folder string) (int, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".yaml") {
			count++
		}
	}
	return count, nil
}
