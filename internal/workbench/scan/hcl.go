package scan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeHCL writes the resources of every *.tf.json file in one folder to a .tf
// file of the same name in another, and returns how many files it read.
//
// Trivy does not know the schemas of a provider, so in JSON it takes every nested
// block for an attribute and is blind for what is inside: the encryption of a
// bucket, the ports of a security group. In HCL the difference can be seen.
func writeHCL(from, to string) (int, error) {
	files, err := filepath.Glob(filepath.Join(from, "*.tf.json"))
	if err != nil {
		return 0, err
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		text, err := toHCL(data)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			return 0, err
		}
	}
	return len(files), nil
}

// toHCL renders the resources and data sources of a file of Terraform JSON.
func toHCL(data []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var file struct {
		Resource map[string]map[string]map[string]any `json:"resource"`
		Data     map[string]map[string]map[string]any `json:"data"`
	}
	if err := decoder.Decode(&file); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, section := range []struct {
		keyword string
		blocks  map[string]map[string]map[string]any
	}{{"resource", file.Resource}, {"data", file.Data}} {
		for _, resourceType := range slices.Sorted(maps.Keys(section.blocks)) {
			for _, name := range slices.Sorted(maps.Keys(section.blocks[resourceType])) {
				fmt.Fprintf(&out, "%s %q %q {\n", section.keyword, resourceType, name)
				if err := writeBody(&out, section.blocks[resourceType][name], "  "); err != nil {
					return nil, err
				}
				out.WriteString("}\n")
			}
		}
	}
	return out.Bytes(), nil
}

// writeBody writes attributes and nested blocks. A list of objects is a list of
// blocks, which is what the AWS provider has; an object is a map such as tags.
func writeBody(out *bytes.Buffer, body map[string]any, indent string) error {
	for _, key := range slices.Sorted(maps.Keys(body)) {
		for _, block := range blocks(key, body[key]) {
			fmt.Fprintf(out, "%s%s {\n", indent, key)
			if err := writeBody(out, block, indent+"  "); err != nil {
				return err
			}
			fmt.Fprintf(out, "%s}\n", indent)
		}
		if blocks(key, body[key]) != nil {
			continue
		}
		value, err := expression(body[key])
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		fmt.Fprintf(out, "%s%s = %s\n", indent, key, value)
	}
	return nil
}

// blocks returns the nested blocks that a value stands for; nil for an attribute.
func blocks(key string, value any) []map[string]any {
	if single, ok := value.(map[string]any); ok && (key == "lifecycle" || key == "timeouts") {
		return []map[string]any{single}
	}
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		return nil
	}
	bodies := make([]map[string]any, 0, len(list))
	for _, item := range list {
		block, ok := item.(map[string]any)
		if !ok {
			return nil
		}
		bodies = append(bodies, block)
	}
	return bodies
}

func expression(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return template(v)
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			text, err := expression(item)
			if err != nil {
				return "", err
			}
			items[i] = text
		}
		return "[" + strings.Join(items, ", ") + "]", nil
	case map[string]any:
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text, err := expression(v[key])
			if err != nil {
				return "", err
			}
			name, err := template(key)
			if err != nil {
				return "", err
			}
			pairs = append(pairs, name+" = "+text)
		}
		return "{" + strings.Join(pairs, ", ") + "}", nil
	default: // null, true, false and numbers are the same in both languages
		text, err := json.Marshal(v)
		return string(text), err
	}
}

// template quotes a text. What is inside ${...} is code and stays as it is.
func template(text string) (string, error) {
	var out strings.Builder
	out.WriteByte('"')
	for {
		plain, rest, found := cutInterpolation(text)
		quoted, err := json.Marshal(plain)
		if err != nil {
			return "", err
		}
		out.Write(quoted[1 : len(quoted)-1])
		if !found {
			break
		}
		code, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("%q: an interpolation that does not end", text)
		}
		out.WriteString("${" + code + "}")
		text = after
	}
	out.WriteByte('"')
	return out.String(), nil
}

// cutInterpolation cuts a text at its first "${"; "$${" is an escaped one.
func cutInterpolation(text string) (plain, rest string, found bool) {
	for at := 0; ; {
		next := strings.Index(text[at:], "${")
		if next < 0 {
			return text, "", false
		}
		at += next
		if at == 0 || text[at-1] != '$' {
			return text[:at], text[at+2:], true
		}
		at += 2
	}
}
