package settings

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"k8s.io/apimachinery/pkg/util/validation/field"

	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// The one configuration key of the program.
const (
	Namespace = "mlops"
	Key       = "platform"
	FullKey   = Namespace + ":" + Key
)

var errMissing = errors.New(FullKey + " is missing: it holds the settings of the stack, see docs/configuration.md")

// Load reads the settings of the running program's stack.
func Load(ctx *pulumi.Context) (Platform, error) {
	raw := config.New(ctx, Namespace).Get(Key)
	// Pulumi marks the whole object as soon as one value in it is encrypted.
	return fromText(raw, "configuration "+FullKey, !ctx.IsConfigSecret(FullKey))
}

// FromConfig reads the settings from the text of the configuration key, as JSON
// or YAML. stack names the stack in errors.
func FromConfig(raw, stack string) (Platform, error) {
	return fromText(raw, fileName(stack), false)
}

// FromStackFile reads the settings from the text of a stack file. Encrypted
// values become secrets that hold Placeholder; secrets that are not encrypted,
// and keys of the program that do not exist, are errors. stack names the stack
// in errors.
func FromStackFile(data []byte, stack string) (Platform, error) {
	tree, err := strictyaml.ParseYAML(data)
	if err != nil {
		return Platform{}, fmt.Errorf("%s: %w", fileName(stack), err)
	}
	file, _ := tree.(map[string]any)
	section, _ := file["config"].(map[string]any)
	value, list := pick(section)
	if value == nil && len(list) == 0 {
		return Platform{}, fmt.Errorf("%s: %w", fileName(stack), errMissing)
	}
	if value == nil {
		return Platform{}, asError(fileName(stack), list)
	}
	platform, more := build(markEncrypted(value), true)
	return finish(platform, fileName(stack), append(list, more...))
}

func fileName(stack string) string { return "Pulumi." + stack + ".yaml" }

func fromText(raw, source string, mustEncrypt bool) (Platform, error) {
	tree, err := strictyaml.ParseYAML([]byte(raw))
	if err != nil {
		return Platform{}, fmt.Errorf("%s: %w", source, err)
	}
	if tree == nil {
		return Platform{}, fmt.Errorf("%s: %w", source, errMissing)
	}
	platform, list := build(tree, mustEncrypt)
	return finish(platform, source, list)
}

func finish(platform Platform, source string, list field.ErrorList) (Platform, error) {
	if len(list) > 0 {
		return Platform{}, asError(source, list)
	}
	return platform, nil
}

// asError names the source once, so that every line starts with its path.
func asError(source string, list field.ErrorList) error {
	return fmt.Errorf("%s: %w", source, validation.ToError("", list))
}

// pick finds the program's key in the config section. Pulumi completes keys
// without a namespace with the project's name.
func pick(section map[string]any) (any, field.ErrorList) {
	var found any
	var list field.ErrorList
	path := field.NewPath("config")
	for _, key := range slices.Sorted(maps.Keys(section)) {
		full, value := key, section[key]
		if !strings.Contains(key, ":") {
			full = Namespace + ":" + key
		}
		switch {
		case !strings.HasPrefix(full, Namespace+":"):
		case full != FullKey:
			list = append(list, strictyaml.UnknownKey(path.Key(key), full, []string{FullKey}))
		case found != nil:
			list = append(list, field.Duplicate(path.Key(FullKey), FullKey))
		case value == nil:
			list = append(list, field.Required(path.Key(key), "the settings of the stack"))
		default:
			found = value
		}
	}
	return found, list
}

// markEncrypted replaces what Pulumi writes for an encrypted value.
func markEncrypted(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		if _, ok := typed["secure"].(string); ok && len(typed) == 1 {
			return encrypted{}
		}
		marked := make(map[string]any, len(typed))
		for key, item := range typed {
			marked[key] = markEncrypted(item)
		}
		return marked
	case []any:
		marked := make([]any, len(typed))
		for i, item := range typed {
			marked[i] = markEncrypted(item)
		}
		return marked
	default:
		return value
	}
}

// build lays the tree over the defaults, completes and checks the result.
func build(tree any, mustEncrypt bool) (Platform, field.ErrorList) {
	here := substrateOf(tree)
	platform, root := Default(here), field.NewPath(FullKey)
	switch tree.(type) {
	case map[string]any:
	case encrypted:
		return platform, field.ErrorList{field.Forbidden(root, "must not be encrypted as a whole, only the secrets in it")}
	default:
		return platform, strictyaml.Decode(root, tree, &platform)
	}
	list := prune(nil, tree, reflect.TypeOf(platform), here)
	prepare(tree, &platform)
	list = append(list, strictyaml.Decode(nil, tree, &platform)...)
	if here == SubstrateAWS {
		platform.derive()
	}
	return platform, append(list, withoutEchoes(list, platform.validate(here, mustEncrypt))...)
}

// prepare sets the defaults that depend on what the tree says: those of a node
// group on its role and whether it has a schedule, that of the zone count on
// whether zones are named, and that of the labels of DNS on whether others are.
func prepare(tree any, platform *Platform) {
	root, _ := tree.(map[string]any)
	if groups, ok := root["nodeGroups"].(map[string]any); ok {
		platform.NodeGroups = map[string]nodegroupspec.NodeGroup{}
		for name, value := range groups {
			platform.NodeGroups[name] = preparedGroup(value)
		}
	}
	cluster, _ := root["kubernetes"].(map[string]any)
	dns, _ := cluster["dns"].(map[string]any)
	if _, named := dns["podLabels"].(map[string]any); named {
		platform.Kubernetes.DNS.PodLabels = map[string]string{} // in place of the default, not beside it
	}
	network, _ := root["network"].(map[string]any)
	if _, named := network["zones"].([]any); named {
		platform.Network.ZoneCount = 0
	}
}

func preparedGroup(tree any) nodegroupspec.NodeGroup {
	group, _ := tree.(map[string]any)
	role, _ := group["role"].(string)
	prepared := nodegroupspec.Default(scheduling.Role(role))
	if _, ok := group["minSize"].(int64); ok {
		prepared.DesiredSize = 0 // it follows the least size
	}
	if _, ok := group["schedule"].(map[string]any); ok {
		prepared.Schedule = &nodegroupspec.OffHours{Enabled: true}
	}
	return prepared
}

// withoutEchoes drops the rules that are broken only because a value of the
// wrong type was not taken over.
func withoutEchoes(types, rules field.ErrorList) field.ErrorList {
	return slices.DeleteFunc(rules, func(rule *field.Error) bool {
		return slices.ContainsFunc(types, func(cause *field.Error) bool {
			rest, under := strings.CutPrefix(rule.Field, cause.Field)
			return under && (rest == "" || rest[0] == '.' || rest[0] == '[')
		})
	})
}
