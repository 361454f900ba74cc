package harness

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
)

// ClaimType is the type of the claims of volumes.
const ClaimType = "kubernetes:core/v1:PersistentVolumeClaim"

// Claim describes one claim that a program makes for a StatefulSet.
type Claim struct {
	// Name is that in the cluster, and Parent the Pulumi name of the component.
	Name, Parent string
	// Namespace is where the claim is; its Pulumi name is that of the component and
	// "-namespace".
	Namespace string
	// Size is a quantity; Class is empty for the default class.
	Size, Class string
	// Labels are all its labels.
	Labels map[string]any
	// Protect and RetainOnDelete are the options of the same name.
	Protect, RetainOnDelete bool
}

// registration is all that is said of a claim.
type registration struct {
	Inputs                  any
	Parent, DeletedWith     string
	IgnoreChanges           []string
	Protect, RetainOnDelete bool
}

func (c Claim) registration() registration {
	spec := map[string]any{
		"accessModes": []any{"ReadWriteOnce"},
		"resources":   map[string]any{"requests": map[string]any{"storage": c.Size}},
	}
	if c.Class != "" {
		spec["storageClassName"] = c.Class
	}
	return registration{
		Inputs: map[string]any{
			"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": spec,
			"metadata": map[string]any{
				"name": c.Name, "namespace": c.Namespace, "labels": c.Labels,
				// A class that waits for the first pod would be waited for in vain.
				"annotations": map[string]any{"pulumi.com/skipAwait": "true"},
			},
		},
		Parent: c.Parent, DeletedWith: c.Parent + "-namespace",
		IgnoreChanges: []string{"spec.storageClassName"},
		Protect:       c.Protect, RetainOnDelete: c.RetainOnDelete,
	}
}

// AssertClaims checks that a program makes the wanted claims, by Pulumi name, and no
// others.
func AssertClaims(t *testing.T, record *Recorder, want map[string]Claim) {
	t.Helper()
	wanted, got := map[string]registration{}, map[string]registration{}
	for name, claim := range want {
		wanted[name] = claim.registration()
	}
	for _, r := range record.OfType(ClaimType) {
		_, namespace := splitURN(r.DeletedWith)
		got[r.Name] = registration{
			Inputs: plain(resource.NewProperty(r.Inputs)), Parent: r.ParentName, DeletedWith: namespace,
			IgnoreChanges: r.IgnoreChanges, Protect: r.Protect, RetainOnDelete: r.RetainOnDelete,
		}
	}
	assert.Equal(t, wanted, got)
}
