package fluent

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// Property is one setting of a plugin; a list in the file is one for each item.
type Property struct{ Key, Value string }

// Plugin is one plugin with its properties in the order of the file.
type Plugin struct {
	Name       string
	Properties []Property
}

// Config is a parsed configuration file.
type Config struct {
	Service                  map[string]string
	Parsers                  []Parser
	Inputs, Filters, Outputs []Plugin
}

// Parser says which lines belong together.
type Parser struct {
	Name, Type   string
	FlushTimeout string `yaml:"flush_timeout"`
	Rules        []Rule
}

// Rule leads from a state to the next one, for lines that match.
type Rule struct {
	State, Regex string
	NextState    string `yaml:"next_state"`
}

// Get returns the value of a property, and "" without it.
func (p Plugin) Get(key string) string {
	for _, property := range p.Properties {
		if property.Key == key {
			return property.Value
		}
	}
	return ""
}

// Parse reads a configuration file as Fluent Bit does: sections with a list of
// plugins each, whose properties are texts or lists of texts.
func Parse(t *testing.T, text string) Config {
	t.Helper()
	var file struct {
		Service  map[string]string
		Parsers  []Parser `yaml:"multiline_parsers"`
		Pipeline struct{ Inputs, Filters, Outputs []yaml.Node }
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&file))
	return Config{
		Service: file.Service, Parsers: file.Parsers,
		Inputs: plugins(t, file.Pipeline.Inputs), Filters: plugins(t, file.Pipeline.Filters), Outputs: plugins(t, file.Pipeline.Outputs),
	}
}

func plugins(t *testing.T, nodes []yaml.Node) []Plugin {
	t.Helper()
	list := make([]Plugin, len(nodes))
	for i, node := range nodes {
		require.Equal(t, yaml.MappingNode, node.Kind)
		for at := 0; at < len(node.Content); at += 2 {
			key, value := node.Content[at].Value, node.Content[at+1]
			if key == "name" {
				list[i].Name = value.Value
				continue
			}
			items := []*yaml.Node{value}
			if value.Kind == yaml.SequenceNode {
				items = value.Content
			}
			for _, item := range items {
				require.Equal(t, yaml.ScalarNode, item.Kind, "%s: lists of lists and objects are not properties", key)
				list[i].Properties = append(list[i].Properties, Property{key, item.Value})
			}
		}
		require.NotEmpty(t, list[i].Name)
	}
	return list
}
