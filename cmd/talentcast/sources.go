package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/datasets"
	"talentcast/ingest"
)

// source is one table to be taken in: a file, or one within a ZIP.
type source struct {
	name string                 // as it is shown
	path string                 // of the file; "" within a ZIP
	data func() ([]byte, error) // within a ZIP: unpacks it
}

// read returns the bytes.
func (s source) read(l ingest.Limits) ([]byte, error) {
	if s.data != nil {
		return s.data()
	}
	return ingest.ReadFile(s.path, l)
}

// load loads it.
func (s source) load(ctx context.Context, store *datasets.Store, o ingest.Options) (datasets.Receipt, error) {
	if s.data == nil {
		return ingest.File(ctx, store, s.path, o)
	}
	data, err := s.data()
	if err != nil {
		return datasets.Receipt{}, err
	}
	return ingest.Upload(ctx, store, s.name, data, o)
}

// sources lists what is to be taken in, in order: files as named, those in a
// folder and its folders by name, those in a ZIP by name. left names the files
// in folders and ZIPs that can't be read. many is true where there was a folder
// or ZIP.
func sources(paths []string, l ingest.Limits) (all []source, left []string, many bool, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			some, rest, err := folder(path, l)
			if err != nil {
				return nil, nil, false, err
			}
			all, left, many = append(all, some...), append(left, rest...), true
		case err == nil && strings.EqualFold(filepath.Ext(path), ".zip"):
			all, left = unzip(path, l, all, left)
			many = true
		default: // one that is not there is told so in its turn
			all = append(all, source{name: ingest.FileName(path), path: path})
		}
	}
	return all, left, many, nil
}

// folder lists the files below a folder. Links out of it are not followed.
func folder(root string, l ingest.Limits) (all []source, left []string, err error) {
	seen := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == root {
			return nil
		}
		if ingest.PassedOver(d.Name()) {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.IsDir() || !d.Type().IsRegular() {
			return nil
		}
		if seen++; seen > l.Entries {
			return fault.Newf(fault.TooLarge, "文件夹 %[1]s 里的文件超过上限 %[2]d 个；请分成几个文件夹再载入。",
				"The folder %[1]s holds more than %[2]d files, which is the limit; split it and load the parts.", root, l.Entries)
		}
		switch {
		case ingest.Readable(d.Name()):
			all = append(all, source{name: ingest.FileName(path), path: path})
		case strings.EqualFold(filepath.Ext(path), ".zip"):
			all, left = unzip(path, l, all, left)
		default:
			left = append(left, ingest.FileName(path))
		}
		return nil
	})
	switch {
	case fault.As(err) != nil:
		return nil, nil, err
	case err != nil:
		return nil, nil, fmt.Errorf("list %s: %w", root, err)
	case len(all) == 0:
		return nil, nil, ingest.NoTables(filepath.Base(root))
	}
	return all, left, nil
}

// unzip adds what is in a ZIP. One that can't be opened fails in its turn and
// does not stop the others.
func unzip(path string, l ingest.Limits, all []source, left []string) ([]source, []string) {
	data, err := ingest.ReadFile(path, l)
	var tables []ingest.Member
	var other []string
	if err == nil {
		tables, other, err = ingest.Members(path, data, l)
	}
	if err == nil && len(tables) == 0 {
		err = ingest.NoTables(filepath.Base(path))
	}
	if err != nil {
		return append(all, source{name: ingest.FileName(path), data: func() ([]byte, error) { return nil, err }}), left
	}
	for _, m := range tables {
		all = append(all, source{name: ingest.FileName(m.Name), data: m.Data})
	}
	return all, append(left, other...)
}
