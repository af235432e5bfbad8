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

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// File reads the file at path and loads it. Faults are those of [Read], and
// NotFound for a path without a file. See [Upload].
func File(ctx context.Context, s *datasets.Store, path string, o Options) (datasets.Receipt, error) {
	data, err := readFile(path, o.Limits.orDefault().Bytes)
	if err != nil {
		return datasets.Receipt{}, err
	}
	return Upload(ctx, s, path, data, o)
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
	sum := sha256.Sum256(data)
	had, already, err := s.Loaded(ctx, o.Policy.ID, hex.EncodeToString(sum[:]))
	if err != nil {
		return datasets.Receipt{}, fmt.Errorf("load %s: %w", baseName(name), err)
	}
	if already {
		return datasets.Receipt{
			Batch: had.ID, Policy: o.Policy.ID, File: had.File, Kind: had.Kind,
			Encoding: had.Encoding, Already: true, Read: had.Read, Loaded: had.Loaded,
			Superseded: had.Superseded, Unchanged: had.Unchanged, Refused: had.Refused,
		}, nil
	}
	b, err := Read(ctx, name, data, o)
	if err != nil {
		return datasets.Receipt{}, err
	}
	r, err := s.Load(ctx, b)
	if err != nil {
		return datasets.Receipt{}, fmt.Errorf("load %s: %w", b.File, err)
	}
	return r, nil
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
