package room

import "testing"

func TestFree(t *testing.T) {
	t.Run("last seat", func(t *testing.T) {
		if !Free(9, 10) || Free(10, 10) {
			t.Error("the last seat")
		}
	})
}

func TestLeft(t *testing.T) {
	if Left(3, 10) != 7 {
		t.Error("left")
	}
}

func TestWait(*testing.T) { Wait(1) }
