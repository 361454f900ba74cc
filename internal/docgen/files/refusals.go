package files

// refusal is what AWS itself refuses of a change, whatever a plan says, and where it
// says so.
type refusal struct{ what, source string }

// String is for a cell of a table, and for the description in a schema.
func (r refusal) String() string { return "AWS refuses " + r.what + " (" + r.source + ")" }

// refusals are those of a key. Most of them are rules of the settings, too, or are
// avoided by the program; they are told because a plan does not show them.
var refusals = map[string]refusal{
	"cluster.zones": {"subnets of a cluster in other zones than those it was made with", "https://github.com/aws/containers-roadmap/issues/170"},
	"cluster.version": {
		"an older version, and more than one minor version at once",
		"https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html",
	},
	"nodeGroups.<name>.minSize": {
		"a minimum above the size the group has at that time; the size is asked for and sent with it",
		"https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2030",
	},
	"registry.repositories": {
		"to delete a repository with images without `registry.forceDelete`",
		"https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html",
	},
	"metadataStore.allocatedGiB": {
		"less, and a second change within six hours",
		"https://repost.aws/knowledge-center/rds-autoscaling-low-free-storage",
	},
	"metadataStore.engineVersion": {
		"an older version, and a major one without `metadataStore.allowMajorVersionUpgrade`",
		"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html",
	},
}
