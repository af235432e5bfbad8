package ingest

import (
	"context"
	"time"

	"talentcast/datasets"
)

// Options say how a file is read and for whom.
type Options struct {
	// Policy is what the rows are checked against: plans, categories,
	// departments, targets.
	Policy datasets.Policy
	// Kind is what the file holds; empty to tell from its headers.
	Kind datasets.Kind
	// Columns says for a header, as in [Preview], which column it is: the
	// column's ID, with the unit of money after a colon where the file states
	// none (amount:万元), or "" to leave it out. Other headers are matched by
	// their names.
	Columns map[string]string
	// Profiles stand in for Columns where that is nil: the first whose signature
	// is that of a row at the top of a sheet.
	Profiles []datasets.Profile
	// Encoding of a text file: one of [Encodings]; empty to tell from its bytes
	// (byte order mark, else strict UTF-8, else GB18030).
	Encoding string
	// Key turns ID numbers into hashes, 16 bytes at least. It is needed for the
	// kinds that have persons.
	Key []byte
	// Now is the moment of loading. Its calendar day, in its own location, is
	// the last that a row may be dated. It must be set.
	Now time.Time
	// User is who hands the file in.
	User string
	// Department is whose rows alone are taken: a cell that names another is refused,
	// an empty one stands for it, and what another department has handed in is not
	// corrected. Empty for anybody's.
	Department string
	// Sight is what a look tells of rows that stand in other files.
	Sight datasets.Sight
	// Demo marks everything in the file as synthetic.
	Demo   bool
	Limits Limits
	// Convert makes an XLSX of an old spreadsheet (.xls, .et). Without it such a
	// file is a fault that says how to save it anew.
	Convert Converter
	// Progress, if set, is told now and then how much of the file is done, both
	// in bytes of the file. For an XLSX it is estimated from its rows.
	Progress func(done, total int64)

	piece int // bytes of text that are checked together; 0 for the usual
}

// Converter makes an XLSX of a spreadsheet in an old format. What it is given
// and what it makes hold ID numbers: neither may reach a disk. Its error is a
// fault where the file is to blame.
type Converter func(ctx context.Context, name string, data []byte) ([]byte, error)

// minKey is the least length of a key that can't be found by trying: ID numbers
// are few enough to list, so the key is all that hides them.
const minKey = 16
