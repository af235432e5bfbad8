package ingest

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// The set tells what a map would, through all its growth.
func TestKeySet(t *testing.T) {
	s := newKeySet()
	seen := map[string]place{}
	r := rand.New(rand.NewPCG(555, 3))
	sheets := []string{"a", "b", "c"}
	doubles := 0
	for i := range 60_000 {
		key, sheet := strconv.Itoa(r.IntN(50_000)), i/20_000
		want, double := seen[key]
		at, row, known := s.add(s.mark(key), uint16(sheet), uint32(i))
		if known != double || double && (sheets[at] != want.sheet || int(row) != want.row) {
			t.Fatalf("key %s in row %d: %v in %s %d, want %v in %+v", key, i, known, sheets[at], row, double, want)
		}
		if double {
			doubles++
			continue
		}
		seen[key] = place{sheets[sheet], i}
	}
	if doubles == 0 {
		t.Error("no key came again")
	}
}
