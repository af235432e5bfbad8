package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"talentcast/datasets"
)

// top is the beginning of a sheet, with the header that was found in it.
type top struct {
	sheet  string
	head   []line
	header header
}

// headerKeys are the names under which the cells of a header row are remembered:
// folded, without units and remarks, numbered where a name comes again; "" for
// cells that name nothing.
func headerKeys(cells []string) []string {
	keys := make([]string, len(cells))
	times := map[string]int{}
	for i, c := range cells {
		names, _ := headerNames(c)
		k := names[len(names)-1]
		if k == "" {
			k = names[0]
		}
		if k == "" || slices.Contains(numbering, k) {
			continue
		}
		if times[k]++; times[k] > 1 {
			k += "#" + strconv.Itoa(times[k])
		}
		keys[i] = k
	}
	return keys
}

// signature tells header rows apart by their names, in their order. Only a hash
// of them is kept.
func signature(cells []string) string {
	var names []string
	for _, k := range headerKeys(cells) {
		if k != "" {
			names = append(names, k)
		}
	}
	if len(names) < 2 {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(names, "\n")))
	return hex.EncodeToString(sum[:12])
}

// mapping is the kind and what is said of columns for a sheet that begins with
// head: by the options, or else by a profile.
func (r *reading) mapping(head []line) (datasets.Kind, map[string]string) {
	if r.o.Columns != nil || len(r.o.Profiles) == 0 {
		return r.o.Kind, r.o.Columns
	}
	rows := head
	for _, p := range r.o.Profiles { // a header in two rows is remembered as joined
		if l, ok := LayoutOf(p.Kind); ok {
			rows = append(rows[:len(rows):len(rows)], twoRows(l, head)...)
		}
	}
	for _, l := range rows {
		s := signature(l.cells)
		for i, p := range r.o.Profiles {
			if s != "" && p.Signature == s && (r.o.Kind == "" || r.o.Kind == p.Kind) {
				r.profile = &r.o.Profiles[i]
				return p.Kind, p.Columns
			}
		}
	}
	return r.o.Kind, nil
}

// assign gives columns the cells that they were said to be, and reports which
// cells something was said of.
func (h *header) assign(cells []string, columns map[string]string) []bool {
	told := make([]bool, len(cells))
	if len(columns) == 0 {
		return told
	}
	for at, k := range headerKeys(cells) {
		to, ok := columns[k]
		if !ok || k == "" {
			continue
		}
		told[at] = true
		id, unit, _ := strings.Cut(to, ":")
		i := slices.IndexFunc(h.layout.Columns, func(c Column) bool { return c.ID == id })
		switch {
		case i < 0:
			h.unknown = append(h.unknown, clean(cells[at]))
		case h.at[i] >= 0:
			h.doubled = append(h.doubled, clean(cells[at]))
		default:
			h.at[i], h.titles[i] = at, clean(cells[at])
			if _, stated := headerNames(cells[at]); stated != "" {
				h.units[i] = stated
			}
			if unit != "" {
				h.units[i] = unit
			}
		}
	}
	return told
}

// ProfilesOf are the profiles to try for a file of the office: its own, then
// those of no office in particular. For an unknown office they are all.
func ProfilesOf(all []datasets.Profile, office string) []datasets.Profile {
	if office == "" {
		return all
	}
	var own, open []datasets.Profile
	for _, p := range all {
		switch p.Office {
		case office:
			own = append(own, p)
		case "":
			open = append(open, p)
		}
	}
	return append(own, open...)
}
