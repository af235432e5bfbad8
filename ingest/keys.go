package ingest

import (
	"hash/maphash"
	"math/bits"
)

// keySet finds keys that come again, and where each came first. Of a key it
// keeps 96 bits of two secretly seeded hashes, so that ten million take some
// 220 MB: that two different ones look the same has a chance below 10⁻¹⁴ in such
// a file, and nobody can make them.
type keySet struct {
	seeds  [2]maphash.Seed
	shards [keyShards]keyShard
}

// keyShards keep what is copied when a table grows small.
const keyShards = 64

type keyShard struct {
	used  int
	first []uint64 // 0 for a free place
	rest  []keyRest
	sheet []uint16 // nil while all are of sheet 0
}

type keyRest struct{ more, row uint32 }

// keyMark is what is kept of a key.
type keyMark struct {
	first uint64
	more  uint32
}

func newKeySet() *keySet {
	return &keySet{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// mark may be called from any goroutine.
func (s *keySet) mark(key string) keyMark {
	m := keyMark{maphash.String(s.seeds[0], key), uint32(maphash.String(s.seeds[1], key))}
	if m.first == 0 {
		m.first = 1
	}
	return m
}

// add notes where a key stands, or tells where it stood before.
func (s *keySet) add(m keyMark, sheet uint16, row uint32) (firstSheet uint16, firstRow uint32, known bool) {
	sh := &s.shards[m.first%keyShards]
	if 5*(sh.used+1) > 4*len(sh.first) {
		sh.grow()
	}
	at := sh.place(m)
	if sh.first[at] != 0 {
		if sh.sheet != nil {
			firstSheet = sh.sheet[at]
		}
		return firstSheet, sh.rest[at].row, true
	}
	sh.put(at, m, sheet, row)
	sh.used++
	return 0, 0, false
}

// place is where the key is, or the free place where it belongs.
func (sh *keyShard) place(m keyMark) int {
	hi, _ := bits.Mul64(m.first, uint64(len(sh.first)))
	at := int(hi)
	for sh.first[at] != 0 && (sh.first[at] != m.first || sh.rest[at].more != m.more) {
		if at++; at == len(sh.first) {
			at = 0
		}
	}
	return at
}

func (sh *keyShard) put(at int, m keyMark, sheet uint16, row uint32) {
	sh.first[at], sh.rest[at] = m.first, keyRest{m.more, row}
	if sheet > 0 && sh.sheet == nil {
		sh.sheet = make([]uint16, len(sh.first))
	}
	if sh.sheet != nil {
		sh.sheet[at] = sheet
	}
}

func (sh *keyShard) grow() {
	old := *sh
	n := max(64, len(old.first)*5/4)
	sh.first, sh.rest, sh.sheet = make([]uint64, n), make([]keyRest, n), nil
	if old.sheet != nil {
		sh.sheet = make([]uint16, n)
	}
	for i, first := range old.first {
		if first == 0 {
			continue
		}
		m := keyMark{first, old.rest[i].more}
		sheet := uint16(0)
		if old.sheet != nil {
			sheet = old.sheet[i]
		}
		sh.put(sh.place(m), m, sheet, old.rest[i].row)
	}
}
