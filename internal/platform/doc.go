// Package platform composes the components into the platform of one stack: it
// reads the settings, makes the providers, wires the components in the order in
// which they need each other, and exports what other stacks read.
package platform
