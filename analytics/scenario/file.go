package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"talentcast/analytics/fault"
)

// Format is the version of the file format that is written; files of it and of
// earlier ones are read.
const Format = 1

// MaxPaths bounds the sample paths that a file may ask for.
const MaxPaths = 200_000

// Document is a scenario as it is kept and passed on: with all that is needed to
// come to the same numbers again.
type Document struct {
	Scenario
	Policy string
	AsOf   time.Time // zero for the latest data
	Seed   uint64    // 0 for the program's own
	Paths  int       // 0 for the program's own
	// State names the data that the saved answer rests on, and Program the version
	// that gave it; both may be empty.
	State   string
	Program string
}

// MaxFile is the size in bytes up to which a scenario file is read.
const MaxFile = 64 << 10

// fileForm is a document as YAML and JSON have it.
type fileForm struct {
	Format  int              `yaml:"talentcast_scenario" json:"talentcast_scenario"`
	Policy  string           `yaml:"policy" json:"policy"`
	AsOf    string           `yaml:"as_of,omitempty" json:"as_of,omitempty"`
	Name    string           `yaml:"name,omitempty" json:"name,omitempty"`
	Note    string           `yaml:"note,omitempty" json:"note,omitempty"`
	Seed    uint64           `yaml:"seed,omitempty" json:"seed,omitempty"`
	Paths   int              `yaml:"paths,omitempty" json:"paths,omitempty"`
	State   string           `yaml:"data_state,omitempty" json:"data_state,omitempty"`
	Program string           `yaml:"program,omitempty" json:"program,omitempty"`
	Levers  []map[string]any `yaml:"levers" json:"levers"`
}

// Write writes the document as YAML, the same bytes for the same document.
func (d Document) Write(w io.Writer) error {
	f := yaml.MapSlice{{Key: "talentcast_scenario", Value: Format}, {Key: "policy", Value: d.Policy}}
	put := func(k string, v any, given bool) {
		if given {
			f = append(f, yaml.MapItem{Key: k, Value: v})
		}
	}
	put("as_of", d.AsOf.Format(time.DateOnly), !d.AsOf.IsZero())
	put("name", d.Name, d.Name != "")
	put("note", d.Note, d.Note != "")
	put("seed", d.Seed, d.Seed != 0)
	put("paths", d.Paths, d.Paths != 0)
	put("data_state", d.State, d.State != "")
	put("program", d.Program, d.Program != "")
	levers := make([]yaml.MapSlice, len(d.Levers))
	for i, l := range d.Levers {
		levers[i] = l.form()
	}
	put("levers", levers, true)
	b, err := yaml.Marshal(f)
	if err != nil {
		return fmt.Errorf("write scenario: %w", err)
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("write scenario: %w", err)
	}
	return nil
}

// form is the lever as a file has it: kind, scope, its fields, and when.
func (l Lever) form() yaml.MapSlice {
	out := yaml.MapSlice{{Key: "kind", Value: string(l.Kind)}}
	if l.Scope != "" {
		out = append(out, yaml.MapItem{Key: "scope", Value: l.Scope})
	}
	for _, k := range slices.Sorted(maps.Keys(l.Values)) {
		out = append(out, yaml.MapItem{Key: k, Value: plain(l.Values[k])})
	}
	for _, m := range []struct {
		k string
		v Month
	}{{"start", l.Start}, {"end", l.End}} {
		if !m.v.IsZero() {
			out = append(out, yaml.MapItem{Key: m.k, Value: m.v.String()})
		}
	}
	for _, n := range []struct {
		k string
		v float64
	}{{"ramp", float64(l.Ramp)}, {"sd", l.SD}, {"low", l.Low}, {"high", l.High}} {
		if n.v != 0 {
			out = append(out, yaml.MapItem{Key: n.k, Value: plain(n.v)})
		}
	}
	return out
}

// plain is a whole number as an integer, which YAML writes without a point.
func plain(v float64) any {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return int64(v)
	}
	return v
}

// Read reads a document from YAML or JSON. Faults are Unreadable for a file that
// is neither or of a newer version, and Invalid for what is wrong in it; levers
// are not validated against a policy here.
func Read(r io.Reader) (Document, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return Document{}, fmt.Errorf("read scenario: %w", err)
	}
	if len(b) > MaxFile {
		return Document{}, fault.Newf(fault.TooLarge, "情景文件超过 %[1]d KB；这不像是情景文件，请核对。",
			"The scenario file is over %[1]d kB, which is no scenario's; check it.", MaxFile>>10)
	}
	f, err := decode(bytes.TrimPrefix(b, []byte("\ufeff")))
	if err != nil {
		return Document{}, fault.New(fault.Unreadable,
			"情景文件无法读出（不是完好的 YAML 或 JSON）；请对照说明检查缩进和引号，或重新导出一份再改。",
			"The scenario file can't be read as YAML or JSON; check indentation and quotes against the description, or export one anew and change that.").Because(err)
	}
	return f.document()
}

// decode reads either form. The YAML decoder is slow on deep nesting and may panic
// on what is malformed, so both are kept from it or caught.
func decode(b []byte) (f fileForm, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the decoder gave up: %v", r)
		}
	}()
	if t := bytes.TrimSpace(b); len(t) > 0 && t[0] == '{' {
		d := json.NewDecoder(bytes.NewReader(t))
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			return f, err
		}
		return f, nil
	}
	open := 0
	for line := range bytes.Lines(b) {
		open += bytes.Count(line, []byte("[")) + bytes.Count(line, []byte("{")) - bytes.Count(line, []byte("]")) - bytes.Count(line, []byte("}"))
		if open > 8 || len(line) > 8192 || bytes.IndexByte(line, '&') >= 0 && bytes.Contains(line, []byte(": &")) {
			return f, errors.New("nested too deeply, a line too long, or an anchor")
		}
	}
	err = yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&f)
	if errors.Is(err, io.EOF) {
		err = errors.New("the file is empty")
	}
	return f, err
}

func (f fileForm) document() (d Document, err error) {
	switch {
	case f.Format > Format:
		return d, fault.Newf(fault.Unreadable,
			"情景文件的格式版本是 %[1]d，本程序只认识到 %[2]d；请升级程序，或用新版程序另存。",
			"The scenario file is of format %[1]d and this program knows up to %[2]d; upgrade the program.", f.Format, Format)
	case f.Format < 1:
		return d, fault.New(fault.Unreadable,
			"文件里没有 talentcast_scenario: 1 这一行，不像情景文件；请核对。",
			"The file has no line talentcast_scenario: 1, so it is no scenario; check it.")
	case f.Paths != 0 && (f.Paths < 100 || f.Paths > MaxPaths):
		return d, fault.Newf(fault.Invalid, "模拟路径数 %[1]d 超出 100 到 %[2]d；请改在范围之内。",
			"%[1]d sample paths are out of 100 to %[2]d; give a number within.", f.Paths, MaxPaths)
	case len(f.Name) > 300 || len(f.Note) > 6000:
		return d, fault.New(fault.Invalid, "情景的名称或说明太长；名称至多 100 字，说明至多 2000 字。",
			"The scenario's name or note is too long; 100 and 2,000 characters are the most.")
	}
	d = Document{
		Scenario: Scenario{Name: f.Name, Note: f.Note}, Policy: f.Policy, Seed: f.Seed, Paths: f.Paths,
		State: f.State, Program: f.Program,
	}
	if f.AsOf != "" {
		if d.AsOf, err = time.Parse(time.DateOnly, f.AsOf); err != nil {
			return d, fault.Newf(fault.Invalid, "截至日期“%[1]s”无法识别；请写成 2015-06-30 的形式。",
				"The as-of date %[1]q can't be read; write it as 2015-06-30.", clip(f.AsOf))
		}
	}
	for i, m := range f.Levers {
		l, err := leverOf(m)
		if err != nil {
			e := fault.As(err)
			return d, fault.New(e.Code, fmt.Sprintf("第 %d 个杠杆：", i+1)+e.Zh, fmt.Sprintf("Lever %d: ", i+1)+e.En)
		}
		d.Levers = append(d.Levers, l)
	}
	return d, nil
}

// leverOf reads a lever as a file has it.
func leverOf(m map[string]any) (Lever, error) {
	l := Lever{Values: map[string]float64{}}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		text, ok := scalar(m[k])
		if !ok {
			return l, fault.Newf(fault.Invalid, "“%[1]s”应是一个数或一个词。", "%[1]q must be a number or a word.", clip(k))
		}
		switch k {
		case "kind":
			l.Kind = Kind(text)
		case "scope":
			l.Scope = text
		default:
			if err := l.Set(k, text); err != nil {
				return l, err
			}
		}
	}
	return l, nil
}

func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case float64:
		return number(v), true
	case bool, int, int64, uint64:
		return fmt.Sprint(v), true
	case json.Number:
		return v.String(), true
	case time.Time:
		return v.Format("2006-01"), true
	case nil:
		return "", true
	}
	return "", false
}

// MarshalJSON writes the form that Read reads.
func (d Document) MarshalJSON() ([]byte, error) {
	f := fileForm{
		Format: Format, Policy: d.Policy, Name: d.Name, Note: d.Note, Seed: d.Seed, Paths: d.Paths,
		State: d.State, Program: d.Program, Levers: []map[string]any{},
	}
	if !d.AsOf.IsZero() {
		f.AsOf = d.AsOf.Format(time.DateOnly)
	}
	for _, l := range d.Levers {
		m := map[string]any{}
		for _, x := range l.form() {
			m[x.Key.(string)] = x.Value
		}
		f.Levers = append(f.Levers, m)
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Document) UnmarshalJSON(b []byte) (err error) {
	*d, err = Read(bytes.NewReader(b))
	return err
}
