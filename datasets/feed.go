package datasets

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"
)

// Feed hands on the records of a batch in the order of the file, in runs of any
// length, so that they need not all be in memory at once. It fills in what of
// the batch is known at its end only: Read, Refused, Refusals. put may keep the
// records until it calls done, which may be nil.
type Feed func(ctx context.Context, b *Batch, put func(rs []Record, done func()) error) error

// feedFunction is the table function under which SQL reads a feed by its number.
const feedFunction = "feed"

// feeds are the feeds that are being read.
type feeds struct {
	mu   sync.Mutex
	next int64
	open map[int64]*feeding
}

func (s *feeds) add(f *feeding) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	s.open[s.next] = f
	return s.next
}

func (s *feeds) drop(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, id)
}

// register makes the table function known to the engine.
func (s *feeds) register(ctx context.Context, db *sql.DB) error {
	number, err := duckdb.NewTypeInfo(duckdb.TYPE_BIGINT)
	if err != nil {
		return err
	}
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return duckdb.RegisterTableUDF(c, feedFunction, duckdb.ParallelChunkTableFunction{
		Config: duckdb.TableFunctionConfig{Arguments: []duckdb.TypeInfo{number}},
		BindArguments: func(_ map[string]any, args ...any) (duckdb.ParallelChunkTableSource, error) {
			id, ok := args[0].(int64)
			if !ok {
				return nil, fmt.Errorf("feed number %v", args[0])
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			f := s.open[id]
			if f == nil {
				return nil, fmt.Errorf("there is no feed %d", id)
			}
			return f, nil
		},
	})
}

// feeding is one feed while the engine reads it, on all its threads at once.
type feeding struct {
	ctx    context.Context
	blocks chan feedBlock
	infos  []duckdb.ColumnInfo
	has    [len(feedColumns)]bool
	kind   Kind // the only one allowed; "" for any
	words  wordings

	mu  sync.Mutex
	err error // the first
}

// feedBlock is a run of records; first is the position of the first of them.
type feedBlock struct {
	records []Record
	first   int
	done    func()
}

func (f *feeding) fail(err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
	return f.err
}

func (f *feeding) failed() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// ColumnInfos, Cardinality, Init and NewLocalState are what the engine asks of a
// table.
func (f *feeding) ColumnInfos() []duckdb.ColumnInfo     { return f.infos }
func (f *feeding) Cardinality() *duckdb.CardinalityInfo { return nil }
func (f *feeding) Init() duckdb.ParallelTableSourceInfo {
	return duckdb.ParallelTableSourceInfo{MaxThreads: feedThreads}
}
func (f *feeding) NewLocalState() any { return &filling{known: map[words]int32{}, lastID: -1} }

// filling is what one thread of the engine keeps between its calls.
type filling struct {
	block   feedBlock
	scratch []byte
	number  big.Int
	last    words // of the row before, which most often has the same
	lastID  int32
	known   map[words]int32
}

// feedThreads is the most threads that may read a feed; the engine has its own
// limit below it.
const feedThreads = 64

// blocksAhead is how many runs of records may wait for the engine.
const blocksAhead = 2

// newFeeding prepares a feed of the batch's records.
func newFeeding(ctx context.Context, b *Batch) (*feeding, error) {
	f := &feeding{ctx: ctx, blocks: make(chan feedBlock, blocksAhead)}
	f.words.known = map[words]int32{}
	if b.Distinct {
		f.kind = b.Kind
	}
	for _, c := range []struct {
		name string
		t    duckdb.Type
	}{
		{"position", duckdb.TYPE_INTEGER},
		{"wording_id", duckdb.TYPE_INTEGER},
		{"natural_key", duckdb.TYPE_VARCHAR},
		{"content_hash", duckdb.TYPE_UUID},
		{"event_date", duckdb.TYPE_DATE},
		{"known_from", duckdb.TYPE_DATE},
		{"row_no", duckdb.TYPE_INTEGER},
	} {
		t, err := duckdb.NewTypeInfo(c.t)
		if err != nil {
			return nil, fmt.Errorf("feed: %w", err)
		}
		f.infos = append(f.infos, duckdb.ColumnInfo{Name: c.name, T: t})
	}
	for j := range feedColumns {
		c := &feedColumns[j]
		if f.has[j] = f.kind == "" || slices.Contains(c.kinds, f.kind); !f.has[j] {
			continue
		}
		t, err := c.info()
		if err != nil {
			return nil, fmt.Errorf("feed: %w", err)
		}
		f.infos = append(f.infos, duckdb.ColumnInfo{Name: c.name, T: t})
	}
	return f, nil
}

// FillChunk takes up to a chunk of records and writes them column by column.
func (f *feeding) FillChunk(local any, chunk duckdb.DataChunk) error {
	l, ok := local.(*filling)
	if !ok {
		return f.fail(fmt.Errorf("feed: unexpected state %T", local))
	}
	for len(l.block.records) == 0 {
		select {
		case b, more := <-f.blocks:
			if !more {
				if err := f.failed(); err != nil {
					return err
				}
				return chunk.SetSize(0)
			}
			l.block = b
		case <-f.ctx.Done():
			return f.fail(f.ctx.Err())
		}
		if len(l.block.records) == 0 {
			l.finish()
		}
	}
	n := min(len(l.block.records), duckdb.GetDataChunkCapacity())
	for i := range n {
		if err := f.write(l, chunk, i, &l.block.records[i], l.block.first+i); err != nil {
			return f.fail(fmt.Errorf("stage row %d: %w", l.block.records[i].Row, err))
		}
	}
	l.block.records, l.block.first = l.block.records[n:], l.block.first+n
	if len(l.block.records) == 0 {
		l.finish()
	}
	return chunk.SetSize(n)
}

func (l *filling) finish() {
	if l.block.done != nil {
		l.block.done()
	}
	l.block = feedBlock{}
}

// write writes one record as row i of the chunk.
func (f *feeding) write(l *filling, chunk duckdb.DataChunk, i int, r *Record, position int) error {
	if err := r.valid(); err != nil {
		return err
	}
	if f.kind != "" && (r.Kind != f.kind || !strings.HasPrefix(r.Key, string(f.kind)+"|")) {
		return fmt.Errorf("a row of %s in a batch of %s", r.Kind, f.kind)
	}
	words, err := f.words.number(l, r, f.has[sourceColumn])
	if err != nil {
		return err
	}
	l.scratch = r.appendContent(l.scratch[:0])
	sum := sha256.Sum256(l.scratch)
	w := cellWriter{chunk: chunk, row: i, l: l}
	put(&w, int32(position))
	put(&w, words)
	put(&w, r.Key)
	put(&w, duckdb.UUID(sum[:16]))
	put(&w, r.Event)
	put(&w, r.Known)
	put(&w, int32(r.Row))
	for j := range feedColumns {
		c := &feedColumns[j]
		if f.has[j] {
			c.write(&w, r)
		} else if j == personColumn && personInKey(f.kind) {
			if !r.keyOfPerson() {
				return fmt.Errorf("a row of %s whose key is not its person's", r.Kind)
			}
		} else if c.filled(r) && j != sourceColumn {
			return fmt.Errorf("a row of %s with %s", r.Kind, c.name)
		}
	}
	return w.err
}

// insert is the statement that runs the feed into a table of the form of
// version: $1 the first row's number, $2 the first wording's, $3 the feed's.
func (f *feeding) insert(table string) string {
	first := "$1 + position, $2 + wording_id"
	row := "record_id"
	if table == "staged" {
		row = "position"
	}
	into := []string{row, "wording_id", "natural_key", "content_hash", "event_date", "known_from", "row_no"}
	from := []string{first, "natural_key", "content_hash", "event_date", "known_from", "row_no"}
	for j := range feedColumns {
		c := &feedColumns[j]
		into = append(into, c.name)
		switch {
		case f.has[j]:
			from = append(from, c.name)
		case j == personColumn && personInKey(f.kind):
			from = append(from, "NULL")
		default:
			from = append(from, c.empty)
		}
	}
	return "INSERT INTO " + table + " (" + strings.Join(into, ", ") + ") SELECT " + strings.Join(from, ", ") + " FROM feed($3)"
}
