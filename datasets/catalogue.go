package datasets

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"talentcast/analytics/fault"
)

// The catalogues and samples that come with the program.
//
//go:embed policies/*/*.yaml policies/*/*.csv samples/*/*.csv
var shipped embed.FS

// The files of a policy's folder. Their columns are documented in
// policies/README.md.
const (
	policyFile     = "policy.yaml"
	targetsFile    = "targets.csv"
	categoriesFile = "categories.csv"
)

// firstShipped is the policy that a new installation opens with.
const firstShipped = "liwan-555"

const (
	maxPolicyFile  = 128 << 10 // bytes in policy.yaml
	maxPolicyTable = 4 << 20   // bytes in a CSV file of a catalogue
	maxProblems    = 10        // problems named in one fault
)

// Shipped returns the policy catalogues that come with the program, one folder
// a policy.
func Shipped() fs.FS { return shippedUnder("policies") }

// Samples returns the sample data that come with the program, one folder a
// policy, in the templates that offices fill in.
func Samples() fs.FS { return shippedUnder("samples") }

func shippedUnder(dir string) fs.FS {
	sub, err := fs.Sub(shipped, dir)
	if err != nil { // only for a name that fs.ValidPath refuses
		return shipped
	}
	return sub
}

// ShippedPolicies reads every catalogue of [Shipped]: liwan-555 first, the
// others by folder name.
func ShippedPolicies() ([]Policy, error) {
	entries, err := fs.ReadDir(Shipped(), ".")
	if err != nil {
		return nil, fmt.Errorf("list shipped policies: %w", err)
	}
	slices.SortStableFunc(entries, func(a, b fs.DirEntry) int {
		return rankShipped(a) - rankShipped(b)
	})
	var out []Policy
	for _, e := range entries {
		p, err := ReadPolicy(Shipped(), e.Name())
		if err != nil {
			return nil, fmt.Errorf("read shipped policy %s: %w", e.Name(), err)
		}
		out = append(out, p)
	}
	return out, nil
}

func rankShipped(e fs.DirEntry) int {
	if e.Name() == firstShipped {
		return 0
	}
	return 1
}

// ReadPolicy reads the catalogue in the folder dir of fsys: policy.yaml,
// targets.csv and categories.csv (the last may be missing). What is wrong with
// the files is one [fault.Error] of code Unreadable that names file, line and
// column of up to ten places and what to do at each.
func ReadPolicy(fsys fs.FS, dir string) (Policy, error) {
	return readCatalogue(func(name string) ([]byte, error) {
		f, err := fsys.Open(path.Join(dir, name))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readAtMost(f, name)
	})
}

// readAtMost reads a file of a catalogue to its end and refuses one over its
// limit, whatever size it claims to have.
func readAtMost(r io.Reader, name string) ([]byte, error) {
	limit := maxPolicyTable
	if name == policyFile {
		limit = maxPolicyFile
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(b) > limit {
		return nil, fault.Newf(fault.TooLarge,
			"%s 超过 %d KB；政策目录用不了这么大的文件，请检查是否选错了文件。",
			"%s is larger than %d KB; no policy catalogue needs that much: check that it is the right file.",
			name, limit>>10)
	}
	return b, nil
}

// catalogue is a policy while it is read, with what was found wrong so far.
type catalogue struct {
	load     func(name string) ([]byte, error)
	policy   Policy
	lines    []int // of each target in targets.csv
	problems []catalogueProblem
}

// catalogueProblem is one place to put right. Line is 0 for the file as a whole.
type catalogueProblem struct {
	file   string
	line   int
	column string
	zh, en string
}

func readCatalogue(load func(name string) ([]byte, error)) (Policy, error) {
	c := &catalogue{load: load}
	if err := c.readHead(); err != nil {
		return Policy{}, err
	}
	if err := c.readTargets(); err != nil {
		return Policy{}, err
	}
	if err := c.readCategories(); err != nil {
		return Policy{}, err
	}
	if len(c.problems) > 0 {
		return Policy{}, c.fault()
	}
	return c.policy, nil
}

// file loads a file of the catalogue. A file that is not there is a fault,
// unless it is optional: then it is nil.
func (c *catalogue) file(name string, optional bool) ([]byte, error) {
	b, err := c.load(name)
	switch {
	case err == nil:
		return b, nil
	case errors.Is(err, fs.ErrNotExist) && optional:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Newf(fault.NotFound,
			"政策目录里没有 %s；请按 policies/README.md 补上这个文件。",
			"The policy catalogue has no %s; add the file as policies/README.md describes.",
			name).Because(err)
	case fault.As(err) != nil:
		return nil, err
	}
	return nil, fmt.Errorf("open %s: %w", name, err)
}

// wrong notes a problem; zh and en share args.
func (c *catalogue) wrong(file string, line int, column, zh, en string, args ...any) {
	c.problems = append(c.problems, catalogueProblem{
		file, line, column,
		fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...),
	})
}

// fault joins the problems, in the order of files and lines, a line each.
func (c *catalogue) fault() *fault.Error {
	var zh, en []string
	for _, p := range c.problems[:min(len(c.problems), maxProblems)] {
		zh = append(zh, p.placeZh()+"："+p.zh)
		en = append(en, p.placeEn()+": "+p.en)
	}
	if more := len(c.problems) - maxProblems; more > 0 {
		zh = append(zh, fmt.Sprintf("另有 %d 处，改好以上各处后再读。", more))
		en = append(en, fmt.Sprintf("%d more; mend these first and read again.", more))
	}
	return fault.New(fault.Unreadable, strings.Join(zh, "\n"), strings.Join(en, "\n"))
}

func (p catalogueProblem) placeZh() string {
	s := p.file
	if p.line > 0 {
		s += fmt.Sprintf(" 第 %d 行", p.line)
	}
	if p.column != "" {
		s += " " + p.column + " 列"
	}
	return s
}

func (p catalogueProblem) placeEn() string {
	s := p.file
	if p.line > 0 {
		s += fmt.Sprintf(", line %d", p.line)
	}
	if p.column != "" {
		s += ", column " + p.column
	}
	return s
}
