package rules

// exceptions are the rules that no file can break, each with the reason.
var exceptions = map[string]string{
	`internal/settings/load.go: build(tree, mustEncrypt)`:                                                "the same rules for text that is no file",
	`internal/settings/substrate.go: prune(path.Key(key), node[key], t.Elem(), here)`:                    "no map holds a key of one substrate only",
	`internal/settings/substrate.go: prune(path.Index(i), item, t.Elem(), here)`:                         "no entry of a list holds a key of one substrate only",
	`internal/shared/awsenv/check.go: CheckRegion(field.NewPath("region"), p.Region)`:                    "for the arguments of a component",
	`internal/shared/awsenv/check.go: CheckAccountID(field.NewPath("accountId"), p.AccountID)`:           "for the arguments of a component",
	`internal/shared/awsenv/check.go: CheckPartition(field.NewPath("partition"), p.Partition, p.Region)`: "for the arguments of a component",
	`internal/shared/awsenv/check.go: field.Required(path, "must name an AWS region")`:                   "a tag demands it of a file",
	`internal/shared/awsenv/check.go: field.Required(path, "must be the AWS account to build in")`:       "a tag demands it of a file",
}
