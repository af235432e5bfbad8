package ingest

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"talentcast/analytics/fault"
)

// Member is a file within a ZIP.
type Member struct {
	Name string // the archive's and its own, without folders: 2014.zip › 人才.csv
	// Data unpacks it. Its faults are about this file only.
	Data func() ([]byte, error)
}

// Members lists the tables within a ZIP by name, in order; other says which
// files in it are of a type that can't be read. What systems and programs put
// into archives on their own (__MACOSX, .DS_Store, ~$…) is passed over. Nothing
// is unpacked before it is asked for, and never to a disk. Faults: Unreadable
// for a file that is no intact ZIP or whose paths lead out of it, TooLarge for
// one over a limit.
func Members(name string, data []byte, l Limits) (tables []Member, other []string, err error) {
	l = l.orDefault()
	name = baseName(name)
	if int64(len(data)) > l.Bytes {
		return nil, nil, tooLarge(name, l.Bytes)
	}
	z, err := openZIP(name, data, l)
	if err != nil {
		return nil, nil, err
	}
	type entry struct {
		path string
		file *zip.File
	}
	var files []entry
	for _, f := range z.File {
		p, err := entryPath(name, f)
		if err != nil {
			return nil, nil, err
		}
		if !f.FileInfo().IsDir() && !PassedOver(p) {
			files = append(files, entry{p, f})
		}
	}
	slices.SortFunc(files, func(a, b entry) int { return cmp.Compare(a.path, b.path) })
	for _, e := range files {
		own := baseName(e.path)
		switch {
		case Readable(own):
			tables = append(tables, Member{Name: name + " › " + own, Data: func() ([]byte, error) { return unpack(own, e.file, l) }})
		case isZIP(own):
			tables = append(tables, Member{Name: name + " › " + own, Data: func() ([]byte, error) { return nil, nested(own) }})
		default:
			other = append(other, own)
		}
	}
	return tables, other, nil
}

// openZIP opens an archive, of tables or an XLSX, within the limits.
func openZIP(name string, data []byte, l Limits) (*zip.Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // looked at entry by entry
		return nil, fault.Newf(fault.Unreadable, "%[1]s 不是完好的 ZIP 压缩包；请重新压缩，或直接交里面的文件。",
			"%[1]s is not an intact ZIP archive; compress the files again, or send them as they are.", name).Because(err)
	}
	if len(z.File) > l.Entries {
		return nil, fault.Newf(fault.TooLarge, "%[1]s 里有 %[2]d 个文件，超过上限 %[3]d 个；请分成几个再交。",
			"%[1]s holds %[2]d files, over the limit of %[3]d; split it and send the parts.", name, len(z.File), l.Entries)
	}
	var sum uint64
	for _, f := range z.File {
		n := f.UncompressedSize64
		if n > 1<<20 && n/uint64(l.Ratio) > f.CompressedSize64 { //nolint:gosec // a limit is positive
			return nil, fault.Newf(fault.TooLarge,
				"%[1]s 里有的内容解压后膨胀超过 %[2]d 倍，不像正常的表格，没有解压；请用 Excel 或 WPS 另存后再交。",
				"%[1]s holds content that unpacks to more than %[2]d times its size, which no table does; it was not unpacked. Save the table anew in Excel or WPS and send that.", name, l.Ratio)
		}
		if sum += min(n, 1<<62); sum > uint64(l.Unzipped) { //nolint:gosec // as above
			return nil, unzippedTooLarge(name, l.Unzipped)
		}
	}
	return z, nil
}

func unzippedTooLarge(name string, limit int64) error {
	return fault.Newf(fault.TooLarge,
		"%[1]s 解压后超过 %[2]d MB；请删去多余的工作表、图片和格式，或分成几个文件再交。",
		"%[1]s unpacks to more than %[2]d MB; remove sheets, pictures and formats that are not needed, or split it, and send it again.",
		name, limit>>20)
}

// entryPath is an entry's path as UTF-8, with forward slashes. Where the archive
// does not say that it is UTF-8 it may be GBK, as Windows writes it. A path that
// leads out of the archive is a fault: nobody packs one by accident.
func entryPath(archive string, f *zip.File) (string, error) {
	p := f.Name
	if f.NonUTF8 && !utf8.ValidString(p) {
		if d, err := simplifiedchinese.GB18030.NewDecoder().String(p); err == nil {
			p = d
		}
	}
	p = strings.ReplaceAll(strings.ToValidUTF8(p, "_"), `\`, "/")
	if strings.HasPrefix(p, "/") || strings.Contains(p, ":") || slices.Contains(strings.Split(p, "/"), "..") || strings.ContainsRune(p, 0) {
		return "", fault.Newf(fault.Unreadable,
			"%[1]s 里的路径“%[2]s”指向压缩包之外，不安全，没有解压；请重新压缩，或直接交里面的文件。",
			"%[1]s holds the path %[2]q, which leads out of the archive; that is unsafe and nothing was unpacked. Compress the files again, or send them as they are.",
			archive, short(scrub(clean(p))))
	}
	return p, nil
}

// unpack reads an entry, no more than it says it holds.
func unpack(name string, f *zip.File, l Limits) ([]byte, error) {
	if f.Flags&1 != 0 {
		return nil, fault.Newf(fault.Unreadable, "%[1]s 在压缩包里设有密码；请去掉密码重新压缩。",
			"%[1]s is protected by a password within its archive; compress it again without one.", name)
	}
	if f.UncompressedSize64 > uint64(l.Bytes) { //nolint:gosec // a limit is positive
		return nil, tooLarge(name, l.Bytes)
	}
	broken := fault.Newf(fault.Unreadable, "%[1]s 在压缩包里已损坏；请重新压缩，或直接交这个文件。",
		"%[1]s is damaged within its archive; compress it again, or send it as it is.", name)
	r, err := f.Open()
	if err != nil {
		return nil, broken.Because(err)
	}
	defer r.Close()
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, int64(f.UncompressedSize64)+1)) //nolint:gosec // under the limit
	if err != nil || n != int64(f.UncompressedSize64) {                     //nolint:gosec // as above
		return nil, broken.Because(err)
	}
	return b.Bytes(), nil
}

func nested(name string) error {
	return fault.Newf(fault.Unreadable, "%[1]s 是压缩包里的压缩包，没有解开；请把里面的文件取出来再交。",
		"%[1]s is an archive within an archive and was not unpacked; take out the files in it and send those.", name)
}

// Readable tells by a file's name whether it is of a type that can be read, a
// ZIP apart.
func Readable(name string) bool {
	return slices.Contains([]string{
		".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".et", ".json", ".ndjson", ".jsonl", ".parquet",
	}, strings.ToLower(filepath.Ext(name)))
}

func isZIP(name string) bool { return strings.EqualFold(filepath.Ext(name), ".zip") }

// PassedOver tells whether a path within a folder or archive is what systems and
// programs put there on their own: hidden files, __MACOSX, ~$ and other
// temporary files.
func PassedOver(path string) bool {
	for part := range strings.SplitSeq(strings.ReplaceAll(path, `\`, "/"), "/") {
		if strings.HasPrefix(part, ".") || strings.HasPrefix(part, "~") || part == "__MACOSX" ||
			strings.EqualFold(part, "Thumbs.db") || strings.EqualFold(part, "desktop.ini") {
			return true
		}
	}
	return false
}

// onlyTable is the one table in a ZIP, or the file itself if it is none. Of
// several none is chosen.
func onlyTable(name string, data []byte, l Limits) (string, []byte, error) {
	if !isZIP(baseName(name)) {
		return name, data, nil
	}
	if len(data) == 0 {
		return "", nil, emptyFile(baseName(name))
	}
	tables, _, err := Members(name, data, l)
	if err != nil {
		return "", nil, err
	}
	switch len(tables) {
	case 0:
		return "", nil, NoTables(baseName(name))
	case 1:
		body, err := tables[0].Data()
		if err != nil {
			return "", nil, fmt.Errorf("unpack %s: %w", baseName(name), err)
		}
		return tables[0].Name, body, nil
	}
	return "", nil, fault.Newf(fault.Unreadable, "%[1]s 内有 %[2]d 个文件；请逐个上传，或用命令 talentcast ingest 一次载入。",
		"%[1]s holds %[2]d files; upload them one by one, or load it with talentcast ingest on the command line.", baseName(name), len(tables))
}

// NoTables is the fault of a ZIP or folder without a table.
func NoTables(name string) error {
	return fault.Newf(fault.Unreadable, "%[1]s 里没有能读入的表格；请放入 .xlsx、.csv 等文件再交。",
		"%[1]s holds no table that can be read; put .xlsx or .csv files into it and send it again.", name)
}
