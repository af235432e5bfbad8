package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// File reads the file at path and loads it. Text files are read as a stream, so
// that their size does not matter to the memory. Faults are those of [Read], and
// NotFound for a path without a file. See [Upload].
func File(ctx context.Context, s *datasets.Store, path string, o Options) (datasets.Receipt, error) {
	if isText(path) {
		if r, done, err := streamFile(ctx, s, path, o); done || err != nil {
			return r, err
		}
	}
	data, err := readFile(path, o.Limits.orDefault().Bytes)
	if err != nil {
		return datasets.Receipt{}, err
	}
	return Upload(ctx, s, path, data, o)
}

// Bytes are those of a file, wherever they are; [bytes.Reader] and
// [io.SectionReader] are some.
type Bytes interface {
	io.ReaderAt
	Size() int64
}

// From loads a file that is read at any place and does not change meanwhile, as
// [File] does: text as a stream, and the rest within memory. Faults as for File.
func From(ctx context.Context, s *datasets.Store, name string, from Bytes, o Options) (datasets.Receipt, error) {
	if limit := o.Limits.orDefault().Bytes; from.Size() > limit {
		return datasets.Receipt{}, tooLarge(baseName(name), limit)
	}
	if isText(name) {
		if r, done, err := stream(ctx, s, name, from, o, func() error { return nil }); done || err != nil {
			return r, err
		}
	}
	data, err := io.ReadAll(io.NewSectionReader(from, 0, from.Size()))
	if err != nil {
		return datasets.Receipt{}, fmt.Errorf("read file: %w", err)
	}
	return Upload(ctx, s, name, data, o)
}

// isText tells by the name whether a file may be read as a stream.
func isText(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".tsv", ".txt":
		return true
	}
	return false
}

// Upload reads a file's bytes and loads its good rows in one transaction. Bytes
// that were loaded for the policy before are not read again: the receipt is the
// earlier one, marked Already.
func Upload(ctx context.Context, s *datasets.Store, name string, data []byte, o Options) (datasets.Receipt, error) {
	if limit := o.Limits.orDefault().Bytes; int64(len(data)) > limit {
		return datasets.Receipt{}, tooLarge(baseName(name), limit)
	}
	name, data, err := onlyTable(name, data, o.Limits)
	if err != nil {
		return datasets.Receipt{}, err
	}
	hash := sha256.Sum256(data)
	sum := hex.EncodeToString(hash[:])
	if had, already, err := before(ctx, s, name, sum, o); already || err != nil {
		return had, err
	}
	r, err := newReading(name, o)
	if err != nil {
		return datasets.Receipt{}, err
	}
	if err := r.start(int64(len(data)), sum); err != nil {
		return datasets.Receipt{}, err
	}
	b, err := open(ctx, r.name, data, r.o)
	if err != nil {
		return datasets.Receipt{}, err
	}
	return r.load(ctx, s, b)
}

// before is the receipt of the same bytes, if they stand loaded.
func before(ctx context.Context, s *datasets.Store, name, sum string, o Options) (datasets.Receipt, bool, error) {
	had, already, err := s.Loaded(ctx, o.Policy.ID, sum)
	if err != nil {
		return datasets.Receipt{}, false, fmt.Errorf("load %s: %w", baseName(name), err)
	}
	if !already {
		return datasets.Receipt{}, false, nil
	}
	return datasets.Receipt{
		Batch: had.ID, Policy: o.Policy.ID, File: had.File, Kind: had.Kind,
		Encoding: had.Encoding, Already: true, Read: had.Read, Loaded: had.Loaded,
		Superseded: had.Superseded, Unchanged: had.Unchanged, Refused: had.Refused,
	}, true, nil
}

// load checks the rows of an open file while the store takes them, and closes it.
func (r *reading) load(ctx context.Context, s *datasets.Store, b book) (datasets.Receipt, error) {
	defer func() { _ = b.close() }() // it was only read
	if err := r.find(b); err != nil {
		return datasets.Receipt{}, err
	}
	r.batch.Feed = func(ctx context.Context, b *datasets.Batch, put func([]datasets.Record, func()) error) error {
		r.put = put
		if err := r.rows(ctx); err != nil {
			return err
		}
		b.Read, b.Refused, b.Refusals = r.batch.Read, r.batch.Refused, r.batch.Refusals
		return nil
	}
	receipt, err := s.Load(ctx, r.batch)
	if err != nil {
		if f := fault.As(err); f != nil {
			return datasets.Receipt{}, f
		}
		return datasets.Receipt{}, fmt.Errorf("load %s: %w", r.name, err)
	}
	return receipt, nil
}

// ReadFile reads a file within the limit of its size. Faults as for [File].
func ReadFile(path string, l Limits) ([]byte, error) { return readFile(path, l.orDefault().Bytes) }

// readFile reads at most limit bytes, whatever size the file claims to have.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault.Newf(fault.NotFound, "找不到文件 %[1]s；请检查路径。",
				"There is no file %[1]s; check the path.", path).Because(err)
		}
		return nil, fmt.Errorf("open file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	if info.IsDir() {
		return nil, fault.Newf(fault.Invalid, "%[1]s 是文件夹；请给出其中的文件。",
			"%[1]s is a folder; name the files in it.", path)
	}
	if info.Size() > limit {
		return nil, tooLarge(baseName(path), limit)
	}
	var b bytes.Buffer
	b.Grow(int(info.Size()) + bytes.MinRead)
	if _, err := io.Copy(&b, io.LimitReader(f, limit+1)); err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	if int64(b.Len()) > limit {
		return nil, tooLarge(baseName(path), limit)
	}
	return b.Bytes(), nil
}
