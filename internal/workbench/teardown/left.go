package teardown

import (
	"fmt"
	"io"
	"strings"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// left is something that a destroy leaves, and what deletes it.
type left struct{ what, how string }

// endings are what deletes a resource of a type, with its id.
var endings = map[string]string{
	"aws:cloudwatch/logGroup:LogGroup": "aws logs delete-log-group --log-group-name %s",
	"aws:ecr/repository:Repository":    "aws ecr delete-repository --force --repository-name %s",
	"aws:kms/key:Key":                  "aws kms schedule-key-deletion --pending-window-in-days 30 --key-id %s (when nothing is left that it encrypts)",
	"aws:s3/bucketV2:BucketV2":         "aws s3api delete-bucket --bucket %s (when it is empty, of old versions too)",
}

// aliasType goes with its key.
const aliasType = "aws:kms/alias:Alias"

// leftBy lists what the destroy of a stack leaves: what it retains, what RDS keeps of
// a database, and the volumes of the cluster, which are not in the state.
func leftBy(recorded []engine.Recorded) []left {
	var all []left
	for _, r := range recorded {
		switch {
		case r.Type == databaseType && r.Retained:
			all = append(all, left{r.Name, "aws rds delete-db-instance --db-instance-identifier " + text(r, "identifier")})
		case r.Type == databaseType && r.Inputs["skipFinalSnapshot"] != true:
			all = append(all, left{
				"final snapshot of " + text(r, "identifier"),
				"aws rds delete-db-snapshot --db-snapshot-identifier " + text(r, "finalSnapshotIdentifier"),
			})
		case r.Type == "aws:eks/cluster:Cluster":
			all = append(all, volumesOf(r))
		case r.Retained && r.Type != aliasType:
			all = append(all, left{r.Name, ending(r)})
		}
	}
	return all
}

func ending(r engine.Recorded) string {
	if how, known := endings[r.Type]; known {
		return fmt.Sprintf(how, r.ID)
	}
	if strings.HasPrefix(r.Type, "kubernetes:") {
		kind := r.Type[strings.LastIndex(r.Type, ":")+1:]
		if namespace, name, namespaced := strings.Cut(r.ID, "/"); namespaced {
			return fmt.Sprintf("kubectl delete %s %s --namespace %s", kind, name, namespace)
		}
		return fmt.Sprintf("kubectl delete %s %s", kind, r.ID)
	}
	return fmt.Sprintf("delete %s by hand: %s", r.Type, r.ID)
}

// volumesOf are the volumes that the claims of a cluster leave. The volume driver
// tags them with the tags of the stack and the namespace of the claim.
func volumesOf(cluster engine.Recorded) left {
	tags, _ := cluster.Inputs["tags"].(map[string]any)
	return left{
		"volumes of claims in " + text(cluster, "name") + ", if there were any",
		fmt.Sprintf("aws ec2 describe-volumes --query 'Volumes[].VolumeId' --filters Name=tag:project,Values=%v Name=tag:environment,Values=%v "+
			"Name=tag-key,Values=kubernetes.io/created-for/pvc/namespace; aws ec2 delete-volume --volume-id ID", tags["project"], tags["environment"]),
	}
}

func text(r engine.Recorded, input string) string {
	value, _ := r.Inputs[input].(string)
	return value
}

func writeLeft(out io.Writer, all []left) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "Nothing is kept.")
		return err
	}
	var page strings.Builder
	page.WriteString("Kept, and what ends it:\n")
	for _, l := range all {
		fmt.Fprintf(&page, "  %s\n    %s\n", l.what, l.how)
	}
	_, err := io.WriteString(out, page.String())
	return err
}
