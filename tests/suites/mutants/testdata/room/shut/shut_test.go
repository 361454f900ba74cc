package shut

import "testing"

func TestOpen(t *testing.T) {
	if !Open() {
		t.Error("shut")
	}
}
