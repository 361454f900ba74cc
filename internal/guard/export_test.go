package guard

import "slices"

// What the tests compare with the SDKs.
var (
	Classification    = classification
	TaggableModules   = taggableTypes
	UntaggableModules = untaggableTypes
)

// Seen returns what the session recorded so far.
func (s *Session) Seen() []Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.resources)
}
