package fluentbit

import "fmt"

// streamTemplate names a stream after what writes into it.
const streamTemplate = "$" + NamespaceKey + ".$" + PodKey + ".$" + ContainerKey

// noLimit tries again until the buffer is full: the limit of the buffer is the
// only one.
const noLimit = "no_limits"

func (o Output) plugins() []output {
	switch {
	case o.CloudWatch != nil:
		return o.CloudWatch.plugins()
	case o.Loki != nil:
		return []output{o.Loki.plugin()}
	default:
		return []output{stdoutOutput{
			Name: stdoutPlugin, Match: "*", Format: "json_lines", DateKey: "time", DateFormat: "iso8601",
		}}
	}
}

func (l *Loki) plugin() output {
	encrypted := off
	if l.TLS {
		encrypted = on
	}
	return lokiOutput{
		Name: lokiPlugin, Match: "*", Host: l.Host, Port: l.Port, TLS: encrypted, TLSVerify: on,
		// Few labels with few values: each combination is a stream of its own, and
		// pods come and go. Whatever else a record holds is in its line.
		Labels: fmt.Sprintf("job=%s, tenant=$%s, namespace=$%s, container=$%s, source=$%s",
			app, TenantKey, NamespaceKey, ContainerKey, SourceKey),
		LineFormat: "json", RetryLimit: noLimit, TotalLimit: mebibytes(BufferMiB),
	}
}

func (c *CloudWatch) plugins() []output {
	// Without the template's values a stream is named after the tag.
	platform := cloudWatchOutput{
		Name: cloudWatchPlugin, Match: containerTag + ".*", Region: c.Region, Group: c.PlatformGroup,
		StreamPrefix: "unnamed-", StreamTemplate: streamTemplate,
		AutoCreateGroup: "false", RetryLimit: noLimit, TotalLimit: mebibytes(BufferMiB),
	}
	kernel := platform
	kernel.Match, kernel.StreamPrefix, kernel.StreamTemplate = kernelTag, "", ""
	kernel.Stream, kernel.TotalLimit = kernelTag+".${"+nodeVariable+"}", mebibytes(kernelBufferMiB)
	tenants := platform
	tenants.Match, tenants.GroupTemplate = tenantTag+".*", c.TenantGroupPrefix+"$"+TenantKey
	return []output{tenants, platform, kernel}
}

func mebibytes(amount int) string { return fmt.Sprintf("%dM", amount) }
