package ingest

import (
	"strings"
	"time"

	"talentcast/datasets"
)

// memo remembers what cells mean: most columns have few different cells in
// many rows. It belongs to one goroutine.
type memo struct {
	dates       [holds + 1]map[string]dateFound
	choices     map[choiceCell]choiceFound
	plans       map[string]wordFound
	departments map[string]wordFound
	categories  map[[2]string]categoryFound
	canonical   map[string]string    // target → the one it counts for
	flows       map[[2]string]string // stage and source → category
}

type (
	dateFound struct {
		t  time.Time
		ok bool
	}
	wordFound  struct{ id, suggest string }
	choiceCell struct {
		column int
		cell   string
	}
	choiceFound struct {
		name, all string
		ok        bool
	}
	categoryFound struct {
		c             datasets.Category
		code, suggest string
	}
)

// memoSize bounds each table; what comes beyond it is worked out each time.
const memoSize = 4096

func newMemo() memo {
	m := memo{
		choices: map[choiceCell]choiceFound{}, plans: map[string]wordFound{}, departments: map[string]wordFound{},
		categories: map[[2]string]categoryFound{}, canonical: map[string]string{}, flows: map[[2]string]string{},
	}
	for i := range m.dates {
		m.dates[i] = map[string]dateFound{}
	}
	return m
}

// recall looks key up and, where it is not there, finds and remembers it. own
// makes a key that does not hold on to the text of the file.
func recall[K comparable, V any](m map[K]V, key K, own func(K) K, find func() V) V {
	if v, ok := m[key]; ok {
		return v
	}
	v := find()
	if len(m) < memoSize {
		m[own(key)] = v
	}
	return v
}

func ownPair(k [2]string) [2]string { return [2]string{strings.Clone(k[0]), strings.Clone(k[1])} }

func ownChoice(k choiceCell) choiceCell { return choiceCell{k.column, strings.Clone(k.cell)} }
