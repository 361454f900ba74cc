package awsenv

import (
	"regexp"
	"slices"
	"strings"
)

// regions are those of the three partitions, as the SDKs of AWS list them. A new
// region has to be added here: the form alone admits "eu-west-9", which fails
// only when the first request goes nowhere.
var regions = []string{
	"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
	"ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
	"ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
	"eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
	"mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
	"cn-north-1", "cn-northwest-1",
	"us-gov-east-1", "us-gov-west-1",
}

// Regions lists the regions of the partitions the platform runs in.
func Regions() []string { return slices.Clone(regions) }

// allLetters is how many zones nearly every region calls a, b and c in every account.
const allLetters = 3

// fewerLetters is how many of the zones a, b and c in a row every account has, in
// the regions where these are fewer: new accounts have a, c and d in
// ap-northeast-1 and two of the three in us-west-1, and the third zone that EKS
// and new accounts can use is d in ca-central-1 and cn-north-1.
var fewerLetters = map[string]int{"ap-northeast-1": 1, "us-west-1": 0, "ca-central-1": 2, "cn-north-1": 2}

// LetteredZones is how many zones, from a on, every account has in a region.
func LetteredZones(region string) int {
	if fewer, unlike := fewerLetters[region]; unlike {
		return fewer
	}
	return allLetters
}

// IsRegion says whether the text is a region of a known partition.
func IsRegion(text string) bool { return slices.Contains(regions, text) }

var compass = regexp.MustCompile(`north|south|east|west|central`)

// zoneIDPrefix is what the zone ids of a region begin with: its parts in short,
// such as "apne1" for ap-northeast-1 and "usgw1" for us-gov-west-1.
func zoneIDPrefix(region string) string {
	var short strings.Builder
	for i, part := range strings.Split(region, "-") {
		switch points := compass.FindAllString(part, -1); {
		case part == "gov":
			short.WriteString("g")
		case i == 0 || len(points) == 0:
			short.WriteString(part)
		default:
			for _, point := range points {
				short.WriteString(point[:1])
			}
		}
	}
	return short.String()
}
