// Package providerproxy runs a provider plugin as Pulumi's engine does, and hands
// requests on to it. What stands before a plugin embeds Passthrough and answers
// by itself only what it must.
package providerproxy
