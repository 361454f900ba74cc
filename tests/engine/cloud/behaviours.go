package cloud

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Types whose things behave in a way of their own.
const (
	Bucket    = "aws:s3/bucketV2:BucketV2"
	NodeGroup = "aws:eks/nodeGroup:NodeGroup"
	Database  = "aws:rds/instance:Instance"
	Key       = "aws:kms/key:Key"
	Alias     = "aws:kms/alias:Alias"
)

// behaviour is what sets a type of AWS apart from a plain one.
type behaviour struct {
	// replaces are the inputs that cannot be changed in place.
	replaces []string
	// create adds what the cloud makes up, or refuses.
	create func(c *Cloud, id string, thing Thing) error
	// update refuses, or adds what follows from the changed keys.
	update func(c *Cloud, id string, changed []string, is resource.PropertyMap) error
	// remove refuses, or leaves something.
	remove func(c *Cloud, thing Thing) error
}

func behaviours() map[string]behaviour {
	return map[string]behaviour{
		Bucket: {remove: removeBucket},
		Database: {
			replaces: []string{"dbName", "username", "kmsKeyId", "engine"},
			create:   createDatabase, remove: removeDatabase,
		},
		NodeGroup: {create: createNodeGroup, update: updateNodeGroup},
	}
}

// finish gives a thing what AWS gives every thing of the types here, and what is
// particular to its type.
func (c *Cloud) finish(id string, thing Thing) error {
	for key, value := range map[resource.PropertyKey]string{"arn": "arn:aws:fake:::" + id, "name": id} {
		if _, given := thing.Properties[key]; !given {
			thing.Properties[key] = resource.NewProperty(value)
		}
	}
	if create := behaviours()[thing.Type].create; create != nil {
		return create(c, id, thing)
	}
	return nil
}

func text(thing Thing, key resource.PropertyKey) string {
	if value := thing.Properties[key]; value.IsString() {
		return value.StringValue()
	}
	return ""
}

func isTrue(thing Thing, key resource.PropertyKey) bool {
	value := thing.Properties[key]
	return value.IsBool() && value.BoolValue()
}

// removeBucket refuses as S3 does: what is in a bucket goes with it only when that
// was asked for.
func removeBucket(c *Cloud, thing Thing) error {
	if c.objects && !isTrue(thing, "forceDestroy") {
		return fmt.Errorf("BucketNotEmpty: The bucket you tried to delete is not empty: %s", thing.Name)
	}
	return nil
}

func createDatabase(c *Cloud, id string, thing Thing) error {
	for _, other := range c.things {
		if other.Type == Database && text(other, "identifier") == text(thing, "identifier") {
			return fmt.Errorf("DBInstanceAlreadyExists: %s", text(thing, "identifier"))
		}
	}
	thing.Properties["address"] = resource.NewProperty(id + ".rds.example.com")
	thing.Properties["resourceId"] = resource.NewProperty("db-" + id)
	return nil
}

// removeDatabase takes the final snapshot, under a name that is free.
func removeDatabase(c *Cloud, thing Thing) error {
	if isTrue(thing, "deletionProtection") {
		return fmt.Errorf("InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again")
	}
	if isTrue(thing, "skipFinalSnapshot") {
		return nil
	}
	name := text(thing, "finalSnapshotIdentifier")
	switch {
	case name == "":
		return fmt.Errorf("InvalidParameterCombination: final_snapshot_identifier is required")
	case slices.Contains(c.snapshots, name):
		return fmt.Errorf("DBSnapshotAlreadyExists: Cannot create the snapshot because one with the identifier %s already exists", name)
	}
	c.snapshots = append(c.snapshots, name)
	return nil
}
