package guard

import (
	"regexp"
	"strings"
)

func supplyRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-SUP-001", Title: "images are pinned",
			Reason: "\"latest\", or no tag, runs whatever was pushed last; a restart becomes a release.",
			Fix:    "name a version tag or a digest",
			Types:  workloads, Check: func(r Resource) []Finding {
				var f findings
				for _, c := range containers(r) {
					if image, decided := c.at("image").(string); decided {
						f.unless(fact(isPinned(image)), "%s: image %q has no version", c.path, image)
					}
				}
				return f
			},
		},
		{
			ID: "MLOPS-SUP-002", Title: "Helm charts are pinned",
			Reason: "Without an exact version two runs of the same program install different software.",
			Fix:    "set version to one exact version",
			Types:  []string{typeHelmRelease, typeHelmChart}, Check: func(r Resource) []Finding {
				var f findings
				version, decided := r.at("version").(string)
				if isUnknown(r.at("version")) == no && !isLocalChart(r.at("chart")) {
					f.unless(fact(decided && exactVersion.MatchString(version)), "version %q is not one exact version", version)
				}
				return f
			},
		},
	}
}

// exactVersion accepts semantic versions, with or without "v", and no ranges.
var exactVersion = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$`)

// isLocalChart says whether a chart is a folder or an archive, which has its version inside.
func isLocalChart(chart any) bool {
	text, _ := chart.(string)
	return strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, "/") ||
		(strings.HasSuffix(text, ".tgz") && !strings.Contains(text, "://"))
}

// isPinned says whether an image names a digest or a tag other than latest.
// A colon before the last slash belongs to the registry's port.
func isPinned(image string) bool {
	if strings.Contains(image, "@sha256:") {
		return true
	}
	last := image[strings.LastIndex(image, "/")+1:]
	_, tag, tagged := strings.Cut(last, ":")
	return tagged && tag != "" && tag != "latest"
}
