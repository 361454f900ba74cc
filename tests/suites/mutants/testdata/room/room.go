// Package room counts seats.
package room

// Free says whether one more fits in.
func Free(taken, seats int) bool { return taken < seats }

// Left returns how many more fit in; 0 for a room that is too full.
func Left(taken, seats int) int {
	if taken > seats {
		return 0
	}
	return seats - taken
}

// Wait returns when there is a seat.
func Wait(seats int) {
	for range seats {
		return
	}
}
