package tenants

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Definitions are the definitions of the platform, as Load reads them.
//
//go:embed definitions
var Definitions embed.FS

// Folder is where Load looks inside the file system it is given.
const Folder = "definitions"

const extension = ".yaml"

// sourcePrefix makes the source in a message a path from the root of the repository.
const sourcePrefix = "tenants/"

// definition is one file on its way to a tenant.
type definition struct {
	source string
	tenant Tenant
	errs   field.ErrorList
}

// Load reads every definition in Folder of fsys as it is on the given stack,
// sorted by name. The error holds every error of every file, each with the file
// and the path in it. A missing folder is an error, an empty one is not:
// otherwise a wrong path would remove all tenants.
func Load(fsys fs.FS, stack string) ([]Tenant, error) {
	entries, err := fs.ReadDir(fsys, Folder)
	if err != nil {
		return nil, fmt.Errorf("reading tenant definitions: %w", err)
	}
	var found []*definition
	var failed []error
	for _, entry := range entries {
		file := path.Join(Folder, entry.Name())
		one, err := loadFile(fsys, file, entry, stack)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", sourcePrefix+file, err))
			continue
		}
		found = append(found, one)
	}
	checkTogether(found)
	loaded := make([]Tenant, 0, len(found))
	for _, one := range found {
		if err := validation.ToError(one.source, one.errs); err != nil {
			failed = append(failed, err)
		}
		loaded = append(loaded, one.tenant)
	}
	if len(failed) > 0 {
		return nil, errors.Join(failed...)
	}
	slices.SortFunc(loaded, func(a, b Tenant) int { return strings.Compare(a.Name, b.Name) })
	return loaded, nil
}

func loadFile(fsys fs.FS, file string, entry fs.DirEntry, stack string) (*definition, error) {
	if entry.IsDir() || path.Ext(file) != extension {
		return nil, errors.New("must be a file whose name ends in " + extension)
	}
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	tree, err := strictyaml.ParseYAML(data)
	if err != nil {
		return nil, err
	}
	one := &definition{source: sourcePrefix + file}
	one.tenant, one.errs = read(tree, stack)
	base := strings.TrimSuffix(path.Base(file), extension)
	if name := one.tenant.Name; name != "" && name != base {
		one.errs = append(one.errs, field.Invalid(field.NewPath("name"), name,
			fmt.Sprintf("must be %q, the name of its file", base)))
	}
	return one, nil
}

// checkTogether adds the errors that only several definitions together have.
func checkTogether(found []*definition) {
	names, hosts := map[string]string{}, map[string]string{}
	for _, one := range found {
		one.unique(names, field.NewPath("name"), one.tenant.Name)
		if one.tenant.Ingress.Enabled {
			one.unique(hosts, field.NewPath("ingress", "host"), one.tenant.Ingress.Host)
		}
	}
}

func (d *definition) unique(seen map[string]string, at *field.Path, value string) {
	if value == "" {
		return
	}
	if other, taken := seen[value]; taken {
		wrong := field.Duplicate(at, value)
		wrong.Detail = "already in " + other
		d.errs = append(d.errs, wrong)
		return
	}
	seen[value] = d.source
}

// document is the form of a file. What stands under environments is looked at
// one stack at a time.
type document struct {
	Tenant
	Environments any `json:"environments"`
}

// read turns the tree of one file into the tenant on the given stack, and
// returns the errors of what the file makes of that stack and of every stack it
// names.
func read(tree any, stack string) (Tenant, field.ErrorList) {
	if _, isMap := tree.(map[string]any); !isMap {
		var nothing Tenant
		return nothing, strictyaml.Decode(nil, tree, &nothing)
	}
	base, baseErrs := result(tree)
	at := field.NewPath("environments")
	overrides, list := environments(at, tree)
	if _, overridden := overrides[stack]; !overridden {
		list = append(list, baseErrs...)
	}
	tenant := base
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		fresh := Default().Spec
		decoded := strictyaml.Decode(at.Child(name), overrides[name], &fresh)
		list = append(list, decoded...)
		override, isMap := overrides[name].(map[string]any)
		if !isMap {
			continue
		}
		merged, mergedErrs := result(merge(tree, withoutIdentity(override)))
		for _, wrong := range attribute(at.Child(name), mergedErrs, baseErrs) {
			if !covered(decoded, wrong.Field) {
				list = append(list, wrong)
			}
		}
		if name == stack {
			tenant = merged
		}
	}
	return tenant, list
}

// result decodes a tree over the defaults and checks what comes out.
func result(tree any) (Tenant, field.ErrorList) {
	whole := document{Tenant: Default()}
	decoded := strictyaml.Decode(nil, tree, &whole)
	list := slices.Clone(decoded)
	for _, wrong := range whole.Validate() {
		// What could not be read holds its default, about which nothing need be said.
		if !covered(decoded, wrong.Field) {
			list = append(list, wrong)
		}
	}
	return whole.Tenant, list
}

func covered(decoded field.ErrorList, at string) bool {
	return slices.ContainsFunc(decoded, func(wrong *field.Error) bool {
		rest, below := strings.CutPrefix(at, wrong.Field)
		return below && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// environments returns the parts of the tree that hold for single stacks only.
func environments(at *field.Path, tree any) (map[string]any, field.ErrorList) {
	whole, _ := tree.(map[string]any)
	part, given := whole["environments"]
	if !given {
		return nil, nil
	}
	var overrides map[string]any
	list := strictyaml.Decode(at, part, &overrides)
	return overrides, list
}

// attribute puts the path of an override before the errors that it brought about.
func attribute(at *field.Path, merged, base field.ErrorList) field.ErrorList {
	inBase := map[string]bool{}
	for _, wrong := range base {
		inBase[wrong.Error()] = true
	}
	list := make(field.ErrorList, 0, len(merged))
	for _, wrong := range merged {
		moved := *wrong
		if !inBase[wrong.Error()] {
			moved.Field = at.String() + "." + wrong.Field
		}
		list = append(list, &moved)
	}
	return list
}

// withoutIdentity drops the keys that no override may change.
func withoutIdentity(override map[string]any) map[string]any {
	rest := maps.Clone(override)
	delete(rest, "name")
	delete(rest, "environments")
	return rest
}

// merge lays override over tree: objects key by key, all else as a whole.
// Neither is changed.
func merge(tree, override any) any {
	below, isMap := tree.(map[string]any)
	above, alsoMap := override.(map[string]any)
	if !isMap || !alsoMap {
		return override
	}
	merged := maps.Clone(below)
	for key, value := range above {
		if old, both := below[key]; both {
			value = merge(old, value)
		}
		merged[key] = value
	}
	return merged
}
