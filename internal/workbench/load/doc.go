// Package load drives requests at the service of a tenant at a rate that rises until
// its autoscaler has reached its maximum, and shows every two seconds what comes of it.
package load
