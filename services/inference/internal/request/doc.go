// Package request reads the JSON bodies of requests: one object, with nothing behind
// it, in which no member is unknown or occurs twice. RFC 8259 leaves open which of two
// members of the same name counts, so programs on the way may see another request than
// the service does; RFC 7493 forbids them.
package request
