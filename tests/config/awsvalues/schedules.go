package awsvalues

const scheduledType = "aws:autoscaling/schedule:Schedule"

// cronCase is a wrong time at which the group cpu shrinks.
func cronCase(name, cron, rule string) Case {
	return Case{
		Name: name, Settings: set("nodeGroups.cpu.schedule.scaleDown", cron),
		Message: `nodeGroups[cpu].schedule.scaleDown: Invalid value: "` + cron + `": ` + rule,
		Type:    scheduledType, Property: "recurrence", Value: cron,
	}
}

func scheduleCases() []Case {
	const form = "must be a cron schedule such as"
	zone := func(name, value string) Case {
		return Case{
			Name: name, Settings: set("nodeGroups.cpu.schedule.timeZone", value),
			Message: `nodeGroups[cpu].schedule.timeZone: Invalid value: "` + value + `": must be an IANA time zone`,
			Type:    scheduledType, Property: "timeZone", Value: value,
		}
	}
	return []Case{
		cronCase("a schedule with seconds", "0 0 19 * * 1-5", form),
		cronCase("a schedule of EventBridge", "cron(0 19 ? * MON-FRI *)", form),
		cronCase("a schedule with a question mark", "0 19 ? * 1-5", form),
		cronCase("a schedule by name", "@daily", form),
		cronCase("a minute that does not exist", "60 19 * * 1-5", form),
		cronCase("a day that never comes", "0 19 31 2 *", "must name a time that comes"),
		zone("a time zone that does not exist", "Europe/Dublinn"),
		zone("an offset for a time zone", "UTC+1"),
		{
			Name: "off-hours with as many nodes as ever", Settings: set("nodeGroups.cpu.schedule.size", 1),
			Message: `nodeGroups[cpu].schedule.size: Invalid value: 1: must be >= 0 and less than 1`,
		},
		{
			Name: "off-hours with fewer nodes than none", Settings: set("nodeGroups.cpu.schedule.size", -2),
			Message: `nodeGroups[cpu].schedule.size: Invalid value: -2: must be >= 0`,
			Type:    scheduledType, Property: "minSize", Value: -2,
		},
	}
}
