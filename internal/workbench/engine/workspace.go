package engine

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"sigs.k8s.io/yaml"
)

// passphrase protects a state that holds no real secret and is deleted at the end.
const passphrase = "embedded-preview"

// workspace is the private folder of one run.
type workspace struct {
	root string
}

func newWorkspace() (*workspace, error) {
	root, err := os.MkdirTemp("", "mlops-preview-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w; set TMPDIR to a folder that can be written", err)
	}
	w, err := openWorkspace(root)
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// openWorkspace makes what is missing in the folder of a run.
func openWorkspace(root string) (*workspace, error) {
	w := &workspace{root: root}
	for _, dir := range []string{w.project(), w.state(), w.home(), w.bin()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return w, fmt.Errorf("preparing the folder of the run: %w", err)
		}
	}
	return w, nil
}

func (w *workspace) project() string { return filepath.Join(w.root, "project") }
func (w *workspace) state() string   { return filepath.Join(w.root, "state") }
func (w *workspace) home() string    { return filepath.Join(w.root, "home") }
func (w *workspace) bin() string     { return filepath.Join(w.root, "bin") }
func (w *workspace) goals() string   { return filepath.Join(w.root, "goals.json") }

// close removes the folder. A provider that is just ending may still write a
// file, so it is tried for up to a second.
func (w *workspace) close() {
	for range 10 {
		if os.RemoveAll(w.root) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// write lays out the project and the stack file the engine reads.
func (w *workspace) write(ctx context.Context, job Job) error {
	project := fmt.Appendf(nil, "name: %s\nruntime: go\n", job.Project)
	if err := os.WriteFile(filepath.Join(w.project(), "Pulumi.yaml"), project, 0o600); err != nil {
		return err
	}
	stack, err := privateStackFile(ctx, job.StackFile, job.Placeholder)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.project(), "Pulumi."+job.Stack+".yaml"), stack, 0o600)
}

// privateStackFile returns the stack file with its secrets provider replaced
// by a passphrase of this run and every encrypted value by a placeholder that
// is encrypted with it.
func privateStackFile(ctx context.Context, original []byte, placeholder string) ([]byte, error) {
	file := map[string]any{}
	if err := yaml.Unmarshal(original, &file); err != nil {
		return nil, fmt.Errorf("reading the stack file: %w", err)
	}
	delete(file, "secretsprovider")
	delete(file, "encryptedkey")
	if !bytes.Contains(original, []byte("secure:")) {
		// Nothing to encrypt: deriving a key would only cost a tenth of a second.
		delete(file, "encryptionsalt")
		return yaml.Marshal(file)
	}
	salt := []byte("embedded")
	crypter := config.NewSymmetricCrypterFromPassphrase(passphrase, salt)
	check, err := crypter.EncryptValue(ctx, "pulumi")
	if err != nil {
		return nil, fmt.Errorf("preparing the stack file: %w", err)
	}
	secret, err := crypter.EncryptValue(ctx, placeholder)
	if err != nil {
		return nil, fmt.Errorf("preparing the stack file: %w", err)
	}
	file["encryptionsalt"] = "v1:" + base64.StdEncoding.EncodeToString(salt) + ":" + check
	if settings, ok := file["config"]; ok {
		file["config"] = replaceSecure(settings, secret)
	}
	return yaml.Marshal(file)
}

func replaceSecure(value any, secret string) any {
	switch typed := value.(type) {
	case map[string]any:
		if _, encrypted := typed["secure"].(string); encrypted && len(typed) == 1 {
			return map[string]any{"secure": secret}
		}
		for key, item := range typed {
			typed[key] = replaceSecure(item, secret)
		}
	case []any:
		for i, item := range typed {
			typed[i] = replaceSecure(item, secret)
		}
	}
	return value
}
