package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"talentcast/analytics/fault"
)

// jsonTable is a JSON text with rows in it: an array of objects, an object with
// one array of them somewhere in it, or objects one after the other (NDJSON).
type jsonTable struct {
	name   string
	text   []byte
	scale  float64 // bytes of the file to those of the text
	limit  Limits
	lines  bool     // NDJSON: rows are numbered by line
	beside []string // members beside the array, which hold no rows
	keys   []string // of all objects, in the order in which they first come
	at     map[string]int
}

// openJSON reads JSON and NDJSON. The keys of all objects are the header, in the
// order in which they first come; what an object does not have is an empty cell.
// Numbers stay as written. A value that is an object or array itself is a fault,
// and so is a key that comes twice in an object.
func openJSON(name string, data []byte, o Options) (book, error) {
	text, enc, err := decode(name, data, o.Encoding)
	if err != nil {
		return book{}, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return book{}, emptyFile(name)
	}
	j := &jsonTable{name: name, text: text, scale: float64(len(data)) / float64(len(text)), limit: o.Limits, at: map[string]int{}}
	if err := j.find(); err != nil {
		return book{}, err
	}
	if err := j.header(); err != nil {
		return book{}, err
	}
	if len(j.keys) == 0 {
		return book{}, emptyFile(name)
	}
	s := sheet{lines: j.rows(), notes: j.notes}
	return book{sheets: []sheet{s}, encoding: enc, close: func() error { return nil }}, nil
}

// jsonReader reads the text token by token.
type jsonReader struct {
	*json.Decoder
	j    *jsonTable
	line int   // of the last byte looked at, from 1
	upTo int64 // bytes looked at for line breaks
}

func (j *jsonTable) reader() *jsonReader {
	d := json.NewDecoder(bytes.NewReader(j.text))
	d.UseNumber()
	return &jsonReader{Decoder: d, j: j, line: 1}
}

// next is the next token; io.EOF only at the end of a whole text.
func (r *jsonReader) next() (json.Token, error) {
	t, err := r.Token()
	if err == nil || errors.Is(err, io.EOF) {
		return t, err
	}
	return nil, r.broken()
}

// at is the line on which the last token ends.
func (r *jsonReader) at() int {
	to := r.InputOffset()
	r.line += bytes.Count(r.j.text[r.upTo:to], []byte{'\n'})
	r.upTo = to
	return r.line
}

func (r *jsonReader) broken() error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 第 %[2]d 行附近不是完好的 JSON；请让导出它的系统重新导出，或改交 .xlsx 或 .csv。",
		"%[1]s is not intact JSON near line %[2]d; have the system that wrote it write it again, or send .xlsx or .csv.", r.j.name, r.at())
}

// find tells where the rows are.
func (j *jsonTable) find() error {
	r := j.reader()
	first, err := r.next()
	if err != nil {
		return r.broken()
	}
	if first == json.Delim('[') {
		return nil // the whole is the array
	}
	if first != json.Delim('{') {
		return j.noRows()
	}
	arrays, err := j.members(r)
	if err != nil {
		return err
	}
	_, err = r.next()
	switch {
	case err == nil, arrays == 0: // more objects, or no array in the only one
		j.lines = true
	case !errors.Is(err, io.EOF):
		return err
	case arrays > 1:
		return fault.Newf(fault.Unreadable, "%[1]s 里有 %[2]d 个数组，不知道哪个是数据；请每个表导出一个文件再交。",
			"%[1]s holds %[2]d arrays, and which of them is the data can't be told; write each table to a file of its own and send those.", j.name, arrays)
	}
	return nil
}

// members goes through an object, its opening brace read already, counting the
// arrays in it and noting what else there is.
func (j *jsonTable) members(r *jsonReader) (arrays int, err error) {
	var key []string // of the objects that are open
	for {
		var t json.Token
		if t, err = r.next(); err != nil {
			return 0, r.broken()
		}
		if t == json.Delim('}') {
			if len(key) == 0 {
				return arrays, nil
			}
			key = key[:len(key)-1]
			continue
		}
		k, _ := t.(string)
		if t, err = r.next(); err != nil {
			return 0, r.broken()
		}
		switch t {
		case json.Delim('{'):
			if key = append(key, k); len(key) >= j.limit.Depth {
				return 0, tooDeep(j.name, j.limit.Depth)
			}
		case json.Delim('['):
			arrays++
			if err := j.skip(r); err != nil {
				return 0, err
			}
		default:
			if len(j.beside) < j.limit.Columns {
				j.beside = append(j.beside, short(scrub(clean(k))))
			}
		}
	}
}

// skip reads to the end of an array that is open.
func (j *jsonTable) skip(r *jsonReader) error {
	for depth := 1; depth > 0; {
		t, err := r.next()
		if err != nil {
			return r.broken()
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > j.limit.Depth {
				return tooDeep(j.name, j.limit.Depth)
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

func (j *jsonTable) noRows() error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 里没有表：应是一个由对象组成的数组，或每行一个对象（NDJSON）；请让导出它的系统重新导出，或改交 .xlsx 或 .csv。",
		"%[1]s holds no table: it must be an array of objects, or one object a line (NDJSON); have the system that wrote it write it again, or send .xlsx or .csv.", j.name)
}

// toRows goes to before the first object.
func (j *jsonTable) toRows(r *jsonReader) error {
	if j.lines {
		return nil
	}
	for {
		t, err := r.next()
		if err != nil {
			return r.broken()
		}
		if t == json.Delim('[') {
			return nil
		}
	}
}

// row calls member with each key and value of the next object and tells where it
// stands. done is true at the end of the objects.
func (j *jsonTable) row(r *jsonReader, before int, member func(key, value string) error) (no int, done bool, err error) {
	t, err := r.next()
	no = before + 1
	switch {
	case j.lines && errors.Is(err, io.EOF):
		return no, true, nil
	case err != nil:
		return no, false, r.broken()
	case !j.lines && t == json.Delim(']'):
		return no, true, nil
	case t != json.Delim('{'):
		return no, false, j.noRows()
	}
	if j.lines {
		no = max(r.at(), no) // several may stand on one line
	}
	for {
		k, err := r.next()
		if err != nil {
			return no, false, r.broken()
		}
		if k == json.Delim('}') {
			return no, false, nil
		}
		v, err := r.next()
		if err != nil {
			return no, false, r.broken()
		}
		key, _ := k.(string)
		value, ok := jsonCell(v)
		if !ok {
			return no, false, j.nested(no, key)
		}
		if err := member(key, value); err != nil {
			return no, false, err
		}
	}
}

// jsonCell is a scalar as a cell. null is empty.
func jsonCell(v json.Token) (string, bool) {
	switch x := v.(type) {
	case nil:
		return "", true
	case string:
		return x, true
	case json.Number:
		return x.String(), true
	case bool:
		return strconv.FormatBool(x), true
	}
	return "", false
}

func (j *jsonTable) nested(no int, key string) error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 第 %[2]d 条的“%[3]s”里又是对象或数组，放不进一个单元格；请让导出它的系统每列只放一个值。",
		"%[1]s has an object or array within %[3]q of record %[2]d, which fits no cell; have the system that wrote it write one value a column.",
		j.name, no, short(scrub(clean(key))))
}

// header reads all objects once and gathers their keys.
func (j *jsonTable) header() error {
	r := j.reader()
	if err := j.toRows(r); err != nil {
		return err
	}
	in := map[string]int{} // the object in which each key last came
	nth, no, done := 0, 0, false
	var err error
	for !done {
		nth++
		no, done, err = j.row(r, no, func(key, _ string) error {
			if in[key] == nth {
				return fault.Newf(fault.Unreadable, "%[1]s 第 %[2]d 条里“%[3]s”出现两次，不知道哪个对；请让导出它的系统改正。",
					"%[1]s has %[3]q twice in record %[2]d, and which is right can't be told; have the system that wrote it put that right.",
					j.name, nth, short(scrub(clean(key))))
			}
			in[key] = nth
			if _, had := j.at[key]; !had {
				j.at[key] = len(j.keys)
				if j.keys = append(j.keys, key); len(j.keys) > j.limit.Columns {
					return tooManyColumns(j.name, nth, len(j.keys), j.limit.Columns)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if j.lines {
		return nil
	}
	for { // what follows the array must be whole too
		if _, err := r.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// rows yields the header as line 0 and then the objects.
func (j *jsonTable) rows() iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		if !yield(line{no: 0, cells: j.keys}, nil) {
			return
		}
		r := j.reader()
		if err := j.toRows(r); err != nil {
			yield(line{}, err)
			return
		}
		for no := 0; ; {
			cells := make([]string, len(j.keys))
			at, done, err := j.row(r, no, func(key, value string) error {
				cells[j.at[key]] = value
				return nil
			})
			if err != nil {
				yield(line{}, fmt.Errorf("read %s: %w", j.name, err))
				return
			}
			if no = at; done || !yield(line{no: no, cells: cells, done: int64(float64(r.InputOffset()) * j.scale)}, nil) {
				return
			}
		}
	}
}

// notes says which members beside the rows were left out.
func (j *jsonTable) notes(int) []sheetNote {
	if j.lines { // they are columns of the first object
		return nil
	}
	var out []sheetNote
	for _, k := range j.beside {
		out = append(out, sheetNote{code: codeColumn, column: k})
	}
	return out
}
