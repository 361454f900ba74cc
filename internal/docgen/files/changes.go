package files

import (
	"maps"
	"reflect"
	"strings"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

const (
	// reason of what replaces a node group: EKS cannot change it.
	swapped = "a new group comes before the old one is drained"
	// recorded is about what only Pulumi's state knows.
	recorded = "it is about what a destroy does: deploy it before you destroy"
	// applied is about what RDS does at the next maintenance.
	applied = "at the next maintenance window, or at once with applyImmediately"
	// older is about what is deleted by a shorter time.
	older = "a shorter time deletes what is older"
	// inPlace is about what nobody has tried, see untried.yaml, or what is not on AWS.
	inPlace = "in place"
	// toggled is about what is in the cluster or is not.
	toggled = "in place: installs or removes it"
)

// notes say of a key what no plan shows: what running things feel of a change, and all
// of it where no plan was made. What the plans show comes from package impact.
var notes = map[string]string{
	"owner":          "nodes that run and volumes that exist keep the tags they have",
	"costCenter":     "nodes that run and volumes that exist keep the tags they have",
	"protect":        recorded,
	"retainOnDelete": recorded,

	"aws.profile":       inPlace,
	"aws.deployRoleArn": "in place; the new role must be an administrator of the cluster before it deploys",

	"network.zoneCount":             "upwards only, see `network.zones`",
	"network.zoneIds":               "nothing but a check",
	"network.nat":                   "connections to the internet break while routes move",
	"network.interfaceEndpoints":    "connections to the service break while its name moves",
	"network.flowLogsRetentionDays": older,

	"cluster.logRetentionDays":  older,
	"cluster.upgradePolicy":     inPlace,
	"cluster.networkPolicyMode": "for pods that start afterwards: write policies for namespaces of your own before `strict`",

	"nodeGroups":                             "the pods of a removed group need room elsewhere",
	"nodeGroups.<name>.role":                 "a role whose nodes need other instance types or capacity replaces the group by these",
	"nodeGroups.<name>.instanceTypes":        swapped,
	"nodeGroups.<name>.capacityType":         swapped,
	"nodeGroups.<name>.amiType":              swapped,
	"nodeGroups.<name>.minSize":              "nodes that run stay, missing ones are started",
	"nodeGroups.<name>.maxSize":              "nodes that run stay, as far as there is room for them",
	"nodeGroups.<name>.desiredSize":          "the autoscaler decides after the first deployment",
	"nodeGroups.<name>.diskSizeGiB":          "it is in the launch template: the nodes are replaced, a third at a time",
	"nodeGroups.<name>.zone":                 swapped + "; volumes stay in their zone",
	"kubernetes.kubeconfig":                  "in place, as long as it leads to the same cluster",
	"kubernetes.context":                     "in place, as long as it leads to the same cluster; for another one make a new stack",
	"kubernetes.networkPolicyEnforced":       "in place: nothing but a check",
	"kubernetes.nodeRoles":                   "in place; restarts the pods it moves",
	"kubernetes.dns.namespace":               inPlace,
	"kubernetes.dns.podLabels":               inPlace,
	"kubernetes.dns.ports":                   inPlace,
	"kubernetes.dns.cidrs":                   inPlace,
	"kubernetes.ingress":                     inPlace,
	"kubernetes.ingress.cidrs":               inPlace,
	"kubernetes.ingress.className":           inPlace,
	"kubernetes.ingress.namespace":           inPlace,
	"registry.url":                           "in place; restarts the tenants' pods with images from there",
	"registry.repositories[].name":           "its images do not move",
	"registry.keepImages":                    "fewer deletes the oldest images without a protected tag, used or not",
	"registry.protectedTagPrefix":            "images with the former prefix only are counted from then on and can be deleted",
	"registry.forceDelete":                   recorded,
	"objectStore.noncurrentVersionDays":      older,
	"objectStore.accessLogRetentionDays":     older,
	"objectStore.forceDestroy":               recorded,
	"objectStore.replication":                "objects that are there already are not copied",
	"metadataStore.instanceClass":            applied + ", with minutes of downtime",
	"metadataStore.allocatedGiB":             applied,
	"metadataStore.multiAz":                  applied,
	"metadataStore.backupRetentionDays":      applied,
	"metadataStore.logRetentionDays":         older,
	"metadataStore.skipFinalSnapshot":        recorded,
	"metadataStore.caCertificate":            "the pods of tenants start again",
	"metadataStore.allowMajorVersionUpgrade": "it is about what the next upgrade may do",
	"metadataStore.applyImmediately":         "changes that wait for a maintenance window are made with the next one",

	"addons.loadBalancerController.enabled":        "remove its Ingresses first, or their load balancers stay",
	"addons.loadBalancerController.internetFacing": "in place; the controller replaces the load balancers, whose names change",
	"addons.loadBalancerController.allowedCidrs":   inPlace,

	"objectStore.replication.destinationBucketArns": "objects that are there already are not copied",
	"objectStore.replication.destinationKeyArn":     "for new copies",

	"monitoring.enabled":                       "the volumes with the metrics go with it",
	"monitoring.retentionDays":                 older,
	"monitoring.alerting.slack.webhookUrl":     inPlace,
	"monitoring.alerting.slack.channel":        inPlace,
	"monitoring.alerting.pagerDuty.routingKey": inPlace,
	"monitoring.alerting.webhook.url":          inPlace,

	"logs.enabled":            "without `protect` and `retainOnDelete` the records are deleted with it",
	"logs.retentionDays":      older,
	"logs.destination":        "in place; records do not move",
	"logs.loki.url":           "in place; records do not move",
	"logs.loki.retentionDays": "in place; " + older,

	"admission.repositories":      "pods that run stay",
	"admission.requireDigests":    inPlace + ", for pods that are made from then on",
	"tenants.only":                "builds tenants or deletes them, with their volumes; their objects and databases stay",
	"guard.exemptions":            inPlace,
	"guard.exemptions[].rule":     inPlace,
	"guard.exemptions[].resource": inPlace,
	"guard.exemptions[].reason":   inPlace,
}

// changes say of every key what changing it later does: what was found out, what AWS
// refuses, and what the notes say.
func changes(found map[string]string) map[string]string {
	all := addons()
	maps.Copy(all, notes)
	for key, phrase := range found {
		all[key] = join(phrase, notes[key])
	}
	for key, refused := range refusals {
		all[key] = join(all[key], refused.String())
	}
	return all
}

func join(parts ...string) string {
	var told []string
	for _, part := range parts {
		if part != "" {
			told = append(told, part)
		}
	}
	return strings.Join(told, "; ")
}

// addons are those of the keys of add-ons that nobody has tried: their switches install
// or remove a release, and all their other keys are values of its chart, which Helm
// upgrades.
func addons() map[string]string {
	all := map[string]string{}
	for _, addon := range reflect.VisibleFields(reflect.TypeFor[settings.Addons]()) {
		for _, key := range reflect.VisibleFields(addon.Type) {
			if key.Anonymous {
				continue
			}
			change := inPlace
			if key.Name == "Enabled" {
				change = toggled
			}
			all["addons."+validation.Key(addon)+"."+validation.Key(key)] = change
		}
	}
	return all
}
